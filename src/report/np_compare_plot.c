/*
 * RSS over time in characters: one letter an allocator, an asterisk where
 * several meet.  Each column shows the largest RSS of its slice of time, so
 * that a short peak is not lost.
 */
#include "config.h"

#include "report/np_compare_render.h"

#include <math.h>
#include <string.h>

#include "report/np_human.h"

#define NP_PLOT_ROWS    12
#define NP_PLOT_COLUMNS 200
#define NP_PLOT_MARGIN  11

typedef struct {
    unsigned columns;
    double   top; /* bytes */
    double   end; /* seconds */
    char     cell[NP_PLOT_ROWS][NP_PLOT_COLUMNS];
} np_plot_t;

static const char *const np_plot_colour[] = {
    "\033[37m", "\033[32m", "\033[31m", "\033[33m",
    "\033[34m", "\033[35m", "\033[36m",
};
#define NP_PLOT_COLOURS (sizeof(np_plot_colour) / sizeof(np_plot_colour[0]))


static char
np_plot_letter(unsigned allocator)
{
    return (char) ('A' + allocator);
}


static void
np_plot_put(np_plot_t *p, unsigned column, double rss, char letter)
{
    unsigned row = (unsigned) (rss / p->top * (NP_PLOT_ROWS - 1) + 0.5);
    char    *cell = &p->cell[NP_PLOT_ROWS - 1 - row][column];

    *cell = *cell == ' ' || *cell == letter ? letter : '*';
}


static void
np_plot_run(np_plot_t *p, const np_run_t *r, char letter)
{
    size_t i = 0;
    double at = 0, step = p->end / p->columns;
    double held = -1;

    for (unsigned column = 0; column < p->columns; column++) {
        double most = held;

        at = (column + 1) * step;
        while (i < r->samples.n
               && (r->samples.v[i].at <= at || column + 1 == p->columns)) {
            held = (double) r->samples.v[i++].rss;
            most = held > most ? held : most;
        }
        if (most >= 0) {
            np_plot_put(p, column, most, letter);
        }
        if (i == r->samples.n) {
            break;
        }
    }
}


static void
np_plot_scale(np_plot_t *p, const np_comparison_t *c)
{
    p->top = p->end = 0;
    for (unsigned a = 0; a < c->nallocators; a++) {
        const np_run_t *r = np_comparison_typical(c, a);

        for (size_t i = 0; r != NULL && i < r->samples.n; i++) {
            p->top = fmax(p->top, (double) r->samples.v[i].rss);
            p->end = fmax(p->end, r->samples.v[i].at);
        }
    }
}


static void
np_plot_draw(FILE *f, const np_plot_t *p, int colour)
{
    char buf[NP_HUMAN_MAX];

    for (unsigned row = 0; row < NP_PLOT_ROWS; row++) {
        if (row == 0 || row == NP_PLOT_ROWS / 2) {
            (void) fprintf(
                f, "%*s |", NP_PLOT_MARGIN - 2,
                np_human_bytes(buf, p->top * (NP_PLOT_ROWS - 1 - row)
                                        / (NP_PLOT_ROWS - 1)));
        } else {
            (void) fprintf(f, "%*s |", NP_PLOT_MARGIN - 2, "");
        }
        for (unsigned i = 0; i < p->columns; i++) {
            char ch = p->cell[row][i];

            if (colour && ch >= 'A' && ch <= 'Z') {
                (void) fprintf(
                    f, "%s%c\033[0m",
                    np_plot_colour[(unsigned) (ch - 'A') % NP_PLOT_COLOURS],
                    ch);
            } else {
                (void) fputc(ch, f);
            }
        }
        (void) fputc('\n', f);
    }
    (void) fprintf(f, "%*s +", NP_PLOT_MARGIN - 2, "0");
    for (unsigned i = 0; i < p->columns; i++) {
        (void) fputc('-', f);
    }
    (void) fprintf(f, "\n%*s%*s\n", NP_PLOT_MARGIN, "", (int) p->columns,
                   np_human_seconds(buf, p->end));
}


void
np_compare_plot(FILE *f, const np_comparison_t *c, unsigned columns,
                int colour)
{
    np_plot_t       p;
    const np_run_t *r;

    np_plot_scale(&p, c);
    if (p.top <= 0 || p.end <= 0 || columns < NP_PLOT_MARGIN + 20) {
        return;
    }
    p.columns = columns - NP_PLOT_MARGIN - 1;
    if (p.columns > NP_PLOT_COLUMNS) {
        p.columns = NP_PLOT_COLUMNS;
    }
    memset(p.cell, ' ', sizeof(p.cell));
    (void) fputs("\nRSS over time:", f);
    for (unsigned a = 0; a < c->nallocators; a++) {
        r = np_comparison_typical(c, a);
        if (r != NULL) {
            np_plot_run(&p, r, np_plot_letter(a));
            (void) fprintf(f, " %c %s", np_plot_letter(a),
                           c->allocator[a].name);
        }
    }
    (void) fputs(", * several\n", f);
    np_plot_draw(f, &p, colour);
}
