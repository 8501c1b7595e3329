/*
 * The lines of `ngxpool top`, for the terminal and for --batch.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "cli/np_top_rows.h"
#include "report/np_escape.h"
#include "report/np_human.h"

#define NP_TOP_COMMAND 80
#define NP_TOP_COLUMN  9 /* the widest title */


void
np_top_fit(char *text, int columns)
{
    mbstate_t state;
    wchar_t   c;
    size_t    n, left = strlen(text);
    int       width;

    memset(&state, 0, sizeof(state));
    while (left != 0) {
        n = mbrtowc(&c, text, left, &state);
        if (n == 0 || n > left) {
            /* no character here, or half of one */
            *text = '\0';
            return;
        }
        width = wcwidth(c);
        columns -= width > 0 ? width : 0;
        if (columns < 0) {
            *text = '\0';
            return;
        }
        text += n;
        left -= n;
    }
}


static const char *
np_top_state(const np_top_rows_t *t)
{
    uint32_t ended = t->profile->header.ended;

    if (t->gone || (ended != NP_ENDED_NOT && ended != NP_ENDED_EXEC)) {
        return "has ended";
    }
    return ended == NP_ENDED_NOT ? "runs" : "called exec";
}


static void
np_top_head_process(const np_top_rows_t *t, char *buf, size_t size)
{
    const np_profile_t       *p = t->profile;
    const np_format_header_t *h = &p->header;
    char  command[NP_TOP_COMMAND], time[NP_HUMAN_MAX], every[NP_HUMAN_MAX];
    char *line = p->ncommand != 0 ? np_escape_command(p->command) : NULL;

    if (line != NULL) {
        np_escape_text(line);
    }
    (void) snprintf(command, sizeof(command), "%.79s",
                    line != NULL ? line : "?");
    free(line);
    (void) snprintf(buf, size, "pid %" PRIu32 "  %s%s  %s  %s  %s", h->pid,
                    p->sampled ? "sampled every " : "exact",
                    p->sampled ? np_human_bytes(every, (double) h->interval)
                               : "",
                    np_human_seconds(time, (double) h->ms / 1000),
                    np_top_state(t), command);
}


static void
np_top_head_memory(const np_top_rows_t *t, char *buf, size_t size)
{
    const np_profile_t     *p = t->profile;
    const np_format_time_t *last
        = p->ntimes != 0 ? &p->time[p->ntimes - 1] : NULL;
    char live[NP_HUMAN_MAX], objects[NP_HUMAN_MAX], peak[NP_HUMAN_MAX];
    char rate[NP_HUMAN_MAX], rss[NP_HUMAN_MAX], pinned[NP_HUMAN_MAX];

    (void) snprintf(
        buf, size, "live %s in %s  peak %s  rate %s/s  RSS %s  pinned %s",
        np_human_bytes(live, (double) p->header.live_bytes),
        np_human_count(objects, p->live_objects),
        np_human_bytes(peak, (double) p->header.peak_bytes),
        np_human_bytes(rate, t->rate),
        last != NULL ? np_human_bytes(rss, (double) last->rss) : "-",
        np_human_bytes(pinned, p->total.pinned));
}


void
np_top_head(const np_top_rows_t *t, unsigned line, char *buf, size_t size,
            int columns)
{
    buf[0] = '\0';
    if (line == 0 && t->profile != NULL) {
        np_top_head_process(t, buf, size);
    } else if (line == 1 && t->profile != NULL) {
        np_top_head_memory(t, buf, size);
    } else if (line == 2) {
        for (int i = 0; i < NP_TOP_KEYS; i++) {
            size_t n = strlen(buf);

            (void) snprintf(buf + n, size - n, "%*s%s", NP_TOP_COLUMN,
                            np_top_key[i].title,
                            i == (int) t->key ? "*" : " ");
        }
        (void) snprintf(buf + strlen(buf), size - strlen(buf), "%8s  %s",
                        "OBJECTS", "SITE");
    }
    np_top_fit(buf, columns);
}


void
np_top_line(const np_top_row_t *r, char *buf, size_t size, int columns)
{
    char v[NP_HUMAN_MAX];

    buf[0] = '\0';
    for (int i = 0; i < NP_TOP_KEYS; i++) {
        size_t n = strlen(buf);

        (void) snprintf(buf + n, size - n, "%*s ", NP_TOP_COLUMN,
                        np_human_bytes(v, r->value[i]));
    }
    (void) snprintf(buf + strlen(buf), size - strlen(buf), "%8s  %s",
                    np_human_count(v, r->objects), r->name);
    np_top_fit(buf, columns);
}
