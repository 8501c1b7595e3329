/*
 * What a report begins and ends with: which program, what kind of profile, the
 * totals; and how far it can be trusted.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "report/np_escape.h"
#include "report/np_figure.h"
#include "report/np_human.h"
#include "report/np_text.h"

/* by np_ended_e */
static const char *const np_text_ended[] = {
    "runs, or was killed",  "ended",
    "ran another program",  "ended by SIGTERM",
    "ended by the library", "profiling was switched off",
};

#define NP_TEXT_ENDED (sizeof(np_text_ended) / sizeof(np_text_ended[0]))


static const char *
np_text_how(const np_profile_t *p)
{
    if (p->over) {
        return "ended without its exit handlers (killed, or "
               "_exit by a system call)";
    }
    return p->header.ended < NP_TEXT_ENDED ? np_text_ended[p->header.ended]
                                           : "ended somehow";
}


const char *
np_text_when(const np_text_t *t)
{
    switch (t->p->header.ended) {
    case NP_ENDED_NOT:
        return t->p->over ? "when it ended" : "so far";
    case NP_ENDED_EXEC:
        return "when it ran another program";
    case NP_ENDED_STOPPED:
        return "when profiling was switched off";
    default:
        return "at the end";
    }
}


static int
np_text_program(const np_text_t *t)
{
    const np_format_header_t *h = &t->p->header;
    char                     *line, began[40], human[NP_HUMAN_MAX];
    time_t                    wall = (time_t) (h->wall / 1000000000u);
    struct tm                 tm;

    line = np_escape_command(t->p->command);
    if (line == NULL) {
        return -1;
    }
    np_escape_text(line);
    began[0] = '\0';
    if (h->wall != 0 && gmtime_r(&wall, &tm) != NULL) {
        (void) strftime(began, sizeof(began), "%Y-%m-%d %H:%M:%S UTC, ", &tm);
    }
    (void) fprintf(t->f, "command    %s\n", *line == '\0' ? "?" : line);
    (void) fprintf(t->f, "process    %" PRIu32 "%s; %s%s; %s\n", h->pid,
                   h->parent != 0 ? " (forked)" : "", began,
                   np_human_seconds(human, np_profile_ms(t->p) / 1000),
                   np_text_how(t->p));
    free(line);
    return 0;
}


static void
np_text_kind(const np_text_t *t)
{
    char interval[NP_TEXT_CELL];

    if (!t->p->sampled) {
        (void) fprintf(t->f, "profile    exact: each allocation was counted%s",
                       t->p->header.gaps == 0 ? "\n" : ", but\n");
    } else {
        (void) fprintf(
            t->f,
            "profile    sampled: one sample in %s on average; all "
            "figures are\n           estimates, +- is their relative "
            "standard error%s",
            np_text_bytes(t, (double) t->p->header.interval, interval),
            t->p->header.gaps == 0 ? "\n" : "; but\n");
    }
    if (t->p->header.gaps != 0) {
        (void) fputs("           what came before it was begun, or while it "
                     "was stopped, is missing\n",
                     t->f);
    }
}


static void
np_text_total(const np_text_t *t, const char *name, const np_amount_t *a,
              np_figure_e f, const char *more)
{
    char bytes[NP_TEXT_CELL], objects[NP_TEXT_CELL], error[NP_TEXT_CELL];

    (void) fprintf(t->f, "%-10s %12s%s in %s object%s%s\n", name,
                   np_text_bytes(t, a->bytes, bytes),
                   np_text_error(t, a->bytes,
                                 np_figure_error(t->p, &t->p->total, f),
                                 error),
                   np_text_value(t, NP_FIGURE_OBJECTS, a->objects, objects),
                   a->objects == 1 ? "" : "s", more);
}


unsigned
np_text_unhidden(const np_text_t *t)
{
    unsigned n = 0;

    for (unsigned i = 0; i < t->p->nsites; i++) {
        n += t->p->site[i].hidden == 0;
    }
    return n;
}


/* a filter leaves the totals as they are */
static void
np_text_filtered(const np_text_t *t)
{
    unsigned n = np_text_unhidden(t);

    if (n != t->p->nsites) {
        (void) fprintf(t->f,
                       "filter     lets %u of %u call sites through; totals "
                       "are those of all\n",
                       n, t->p->nsites);
    }
}


int
np_text_summary(const np_text_t *t)
{
    const np_profile_t *p = t->p;
    char                more[NP_TEXT_CELL], human[NP_HUMAN_MAX];

    if (np_text_program(t) != 0) {
        return -1;
    }
    np_text_kind(t);
    np_text_total(t, "allocated", &p->total.total, NP_FIGURE_TOTAL, "");
    np_text_total(t, "temporary", &p->total.temporary, NP_FIGURE_TEMPORARY,
                  ", freed soon");
    (void) snprintf(
        more, sizeof(more), ", after %s",
        np_human_seconds(human, (double) p->header.peak_ms / 1000));
    np_text_total(t, "at peak", &p->total.at_peak, NP_FIGURE_PEAK, more);
    (void) snprintf(more, sizeof(more), " %s", np_text_when(t));
    np_text_total(t, "live", &p->total.live, NP_FIGURE_LIVE, more);
    np_text_filtered(t);
    return 0;
}


static void
np_text_lost(const np_text_t *t)
{
    static const char *const name[NP_TABLES] = {
        "arguments", "modules", "nodes of stacks", "sites",
        "threads",   "times",   "pools",           "blocks",
    };

    for (unsigned i = 0; i < NP_TABLES; i++) {
        uint32_t lost = t->p->header.table[i].lost;

        /* the picture of blocks is one of the fullest only */
        if (lost != 0 && i != NP_TABLE_BLOCKS) {
            (void) fprintf(t->f,
                           "%snot all is known: %" PRIu32 " %s found no "
                           "room%s\n",
                           np_text_on(t, NP_TEXT_WARN), lost, name[i],
                           np_text_off(t, NP_TEXT_WARN));
        }
    }
}


static void
np_text_proof(const np_text_t *t)
{
    const np_format_header_t *h = &t->p->header;
    double                    sites = t->p->total.live.bytes, other;
    const char               *whose = "the allocator's own counter";
    char                      a[NP_TEXT_CELL], b[NP_TEXT_CELL];

    other = (double) h->heap_live_bytes;
    /* while the program runs, the allocator's is told only now and then */
    if (!np_profile_is_counted(t->p)) {
        other = (double) h->live_bytes;
        whose = "the profiler's own counter";
    }
    (void) fprintf(
        t->f, "live: sum over sites %s, %s %s: ", np_text_bytes(t, sites, a),
        whose, np_text_bytes(t, other, b));
    if (sites == other) {
        (void) fputs("equal\n", t->f);
    } else if (other > 0) {
        (void) fprintf(t->f, "%+.3g %%%s\n", 100 * (sites - other) / other,
                       t->p->sampled              ? ", an estimate"
                       : t->p->over               ? ", it ended amid a change"
                       : h->ended == NP_ENDED_NOT ? ", read a moment apart"
                       : np_profile_busy(t->p) > 1
                           ? ", other threads may have gone on meanwhile"
                           : "");
    } else {
        (void) fputs("they differ\n", t->f);
    }
}


static void
np_text_stacks_line(const np_text_t *t)
{
    const np_format_header_t *h = &t->p->header;
    double all = (double) h->memo_hits + (double) h->walks + (double) h->steps;
    char   memo[NP_TEXT_CELL], walks[NP_TEXT_CELL], steps[NP_TEXT_CELL];
    char   n[NP_HUMAN_MAX];

    (void) fprintf(
        t->f,
        "stacks: %s, %" PRIu32 " frames at most; %" PRIu64 " cut, %" PRIu64
        " without an end; found by memo %s,\n        by frame rules %s, by "
        "libunwind %s\n",
        np_human_count(n, all), h->depth, h->cut, h->broken,
        np_text_share((double) h->memo_hits, all, memo),
        np_text_share((double) h->walks, all, walks),
        np_text_share((double) h->steps, all, steps));
}


void
np_text_footer(const np_text_t *t)
{
    char own[NP_TEXT_CELL], file[NP_TEXT_CELL];

    np_text_head(t, "About this profile");
    np_text_proof(t);
    np_text_stacks_line(t);
    (void) fprintf(t->f, "the profiler's own memory: %s; this file: %s%s\n",
                   np_text_bytes(t, (double) t->p->header.own_bytes, own),
                   np_text_bytes(t, (double) t->p->file_bytes, file),
                   t->p->gzipped ? ", gzipped" : "");
    np_text_lost(t);
}
