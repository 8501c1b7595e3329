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
#define NP_TOP_COLUMN  9  /* the widest title */
#define NP_TOP_OBJECTS 8  /* the column of objects */
#define NP_TOP_SITE    18 /* columns go for it */


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


/* of a line above the rows */
typedef struct {
    char     text[2 * NP_HUMAN_MAX + 32];
    unsigned rank; /* 0: the most important one */
} np_top_field_t;


/* those for which there is room, the most important first: a figure without
 * its unit would be another one */
static void
np_top_fields(const np_top_field_t *f, unsigned n, char *buf, size_t size,
              int columns)
{
    unsigned taken = 0, width = 0;

    for (unsigned rank = 0; rank < n; rank++) {
        for (unsigned i = 0; i < n; i++) {
            unsigned more = (unsigned) strlen(f[i].text) + (taken ? 2 : 0);

            if (f[i].rank == rank
                && (rank == 0 || (int) (width + more) <= columns)) {
                width += more;
                taken |= 1u << i;
            }
        }
    }
    buf[0] = '\0';
    for (unsigned i = 0; i < n; i++) {
        size_t at = strlen(buf);

        if (taken & 1u << i) {
            (void) snprintf(buf + at, size - at, "%s%s", at != 0 ? "  " : "",
                            f[i].text);
        }
    }
}


static void
np_top_head_process(const np_top_rows_t *t, char *buf, size_t size,
                    int columns)
{
    const np_profile_t       *p = t->profile;
    const np_format_header_t *h = &p->header;
    np_top_field_t            f[] = {{"", 0}, {"", 3}, {"", 2}, {"", 1}};
    char *line = p->ncommand != 0 ? np_escape_command(p->command) : NULL;
    char  human[NP_HUMAN_MAX];

    (void) snprintf(f[0].text, sizeof(f[0].text), "pid %" PRIu32, h->pid);
    (void) snprintf(f[1].text, sizeof(f[1].text), "%s%s",
                    p->sampled ? "sampled every " : "exact",
                    p->sampled ? np_human_bytes(human, (double) h->interval)
                               : "");
    (void) snprintf(f[2].text, sizeof(f[2].text), "%s",
                    np_human_seconds(human, (double) h->ms / 1000));
    (void) snprintf(f[3].text, sizeof(f[3].text), "%s", np_top_state(t));
    np_top_fields(f, 4, buf, size, columns);
    if (line != NULL) {
        np_escape_text(line);
    }
    (void) snprintf(buf + strlen(buf), size - strlen(buf), "  %.*s",
                    NP_TOP_COMMAND - 1, line != NULL ? line : "?");
    free(line);
}


static void
np_top_head_memory(const np_top_rows_t *t, char *buf, size_t size, int columns)
{
    const np_profile_t     *p = t->profile;
    const np_format_time_t *last
        = p->ntimes != 0 ? &p->time[p->ntimes - 1] : NULL;
    np_top_field_t f[] = {{"", 0}, {"", 2}, {"", 3}, {"", 1}, {"", 4}};
    char           human[NP_HUMAN_MAX], objects[NP_HUMAN_MAX];

    (void) snprintf(f[0].text, sizeof(f[0].text), "live %s in %s",
                    np_human_bytes(human, (double) p->header.live_bytes),
                    np_human_count(objects, p->live_objects));
    (void) snprintf(f[1].text, sizeof(f[1].text), "peak %s",
                    np_human_bytes(human, (double) p->header.peak_bytes));
    (void) snprintf(f[2].text, sizeof(f[2].text), "rate %s/s",
                    np_human_bytes(human, t->rate));
    (void) snprintf(f[3].text, sizeof(f[3].text), "RSS %s",
                    last != NULL ? np_human_bytes(human, (double) last->rss)
                                 : "-");
    (void) snprintf(f[4].text, sizeof(f[4].text), "pinned %s",
                    np_human_bytes(human, np_profile_pinned(p)));
    np_top_fields(f, 5, buf, size, columns);
}


/* a set of columns by number, NP_TOP_KEYS being that of objects: all that
 * leave room for the site; that of the order stays in any case */
static unsigned
np_top_columns(const np_top_rows_t *t, int columns)
{
    static const unsigned char last[] = {
        NP_TOP_PINNED, NP_TOP_TEMPORARY, NP_TOP_KEYS,
        NP_TOP_PEAK,   NP_TOP_RATE,      NP_TOP_LIVE,
    };
    unsigned set = (1u << (NP_TOP_KEYS + 1)) - 1;
    int      left = columns - NP_TOP_SITE - 2;

    left -= NP_TOP_KEYS * (NP_TOP_COLUMN + 1) + NP_TOP_OBJECTS;
    for (unsigned i = 0; i < sizeof(last) && left < 0; i++) {
        if (last[i] != t->key) {
            set &= ~(1u << last[i]);
            left
                += last[i] == NP_TOP_KEYS ? NP_TOP_OBJECTS : NP_TOP_COLUMN + 1;
        }
    }
    return set;
}


/* r: NULL: the titles */
static void
np_top_row(const np_top_rows_t *t, const np_top_row_t *r, char *buf,
           size_t size, int columns)
{
    unsigned set = np_top_columns(t, columns);
    char     v[NP_HUMAN_MAX];
    size_t   n;

    buf[0] = '\0';
    for (int i = 0; i < NP_TOP_KEYS; i++) {
        n = strlen(buf);
        if (set & 1u << i) {
            (void) snprintf(buf + n, size - n, "%*s%s", NP_TOP_COLUMN,
                            r != NULL ? np_human_bytes(v, r->value[i])
                                      : np_top_key[i].title,
                            r == NULL && i == (int) t->key ? "*" : " ");
        }
    }
    n = strlen(buf);
    if (set & 1u << NP_TOP_KEYS) {
        (void) snprintf(buf + n, size - n, "%*s", NP_TOP_OBJECTS,
                        r != NULL ? np_human_count(v, r->objects) : "OBJECTS");
    }
    n = strlen(buf);
    (void) snprintf(buf + n, size - n, "  %s", r != NULL ? r->name : "SITE");
    np_top_fit(buf, columns);
}


void
np_top_head(const np_top_rows_t *t, unsigned line, char *buf, size_t size,
            int columns)
{
    buf[0] = '\0';
    if (line == 0 && t->profile != NULL) {
        np_top_head_process(t, buf, size, columns);
    } else if (line == 1 && t->profile != NULL) {
        np_top_head_memory(t, buf, size, columns);
    } else if (line == 2) {
        np_top_row(t, NULL, buf, size, columns);
    }
    np_top_fit(buf, columns);
}


void
np_top_line(const np_top_rows_t *t, unsigned row, char *buf, size_t size,
            int columns)
{
    np_top_row(t, &t->row[row], buf, size, columns);
}
