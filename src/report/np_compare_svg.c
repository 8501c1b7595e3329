/*
 * The drawings of the HTML page: RSS over time of every run, and a box plot
 * of one metric by allocator.  Plain SVG: it needs no script and prints.
 */
#include "config.h"

#include "report/np_compare_render.h"

#include <math.h>
#include <stdlib.h>

#include "report/np_escape.h"
#include "report/np_human.h"

#define NP_SVG_WIDTH  860.0
#define NP_SVG_LEFT   90.0
#define NP_SVG_RIGHT  20.0
#define NP_SVG_HEIGHT 320.0
#define NP_SVG_TOP    10.0
#define NP_SVG_BOTTOM 30.0
#define NP_SVG_TICKS  5
#define NP_SVG_ROW    26.0 /* of a box plot */

/* points of a line; more cannot be seen */
#define NP_SVG_POINTS 1500

/* Okabe & Ito's palette: told apart by the colour-blind, too */
static const char *const np_svg_palette[] = {
    "#000000", "#0072b2", "#d55e00", "#009e73",
    "#cc79a7", "#e69f00", "#56b4e9", "#8a7f00",
};


const char *
np_compare_svg_colour(unsigned allocator)
{
    return np_svg_palette[allocator
                          % (sizeof(np_svg_palette)
                             / sizeof(np_svg_palette[0]))];
}


static double
np_svg_x(double v, double top)
{
    return NP_SVG_LEFT + v / top * (NP_SVG_WIDTH - NP_SVG_LEFT - NP_SVG_RIGHT);
}


static double
np_svg_y(double v, double top)
{
    return NP_SVG_HEIGHT - NP_SVG_BOTTOM
           - v / top * (NP_SVG_HEIGHT - NP_SVG_TOP - NP_SVG_BOTTOM);
}


static void
np_svg_axes(FILE *f, double end, double top)
{
    char buf[NP_HUMAN_MAX];

    for (int i = 0; i <= NP_SVG_TICKS; i++) {
        double x = np_svg_x(end * i / NP_SVG_TICKS, end);
        double y = np_svg_y(top * i / NP_SVG_TICKS, top);

        (void) fprintf(f,
                       "<line class=\"g\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" "
                       "y2=\"%.1f\"/>\n<text x=\"%.1f\" y=\"%.1f\" "
                       "text-anchor=\"end\">%s</text>\n",
                       NP_SVG_LEFT, y, NP_SVG_WIDTH - NP_SVG_RIGHT, y,
                       NP_SVG_LEFT - 6, y + 4,
                       np_human_bytes(buf, top * i / NP_SVG_TICKS));
        (void) fprintf(f,
                       "<text x=\"%.1f\" y=\"%.1f\" "
                       "text-anchor=\"middle\">%s</text>\n",
                       x, NP_SVG_HEIGHT - 10,
                       np_human_seconds(buf, end * i / NP_SVG_TICKS));
    }
}


/* of several samples that fall on one point, the largest is drawn */
static void
np_svg_line(FILE *f, const np_run_t *r, double end, double top, int typical)
{
    size_t stride = r->samples.n / NP_SVG_POINTS + 1;

    (void) fprintf(f,
                   "<polyline class=\"a%u\" fill=\"none\" stroke=\"%s\" "
                   "stroke-width=\"%s\" stroke-opacity=\"%s\" points=\"",
                   r->allocator, np_compare_svg_colour(r->allocator),
                   typical ? "2" : "1", typical ? "1" : "0.3");
    for (size_t i = 0; i < r->samples.n; i += stride) {
        const np_sample_t *s = &r->samples.v[i];
        double             most = (double) s->rss;

        for (size_t j = i; j < i + stride && j < r->samples.n; j++) {
            most = fmax(most, (double) r->samples.v[j].rss);
        }
        (void) fprintf(f, "%.1f,%.1f ", np_svg_x(s->at, end),
                       np_svg_y(most, top));
    }
    (void) fputs("\"/>\n", f);
}


void
np_compare_svg_lines(FILE *f, const np_comparison_t *c)
{
    double end = 0, top = 0;

    for (unsigned i = 0; i < c->nruns; i++) {
        const np_samples_t *s = &c->run[i].samples;

        for (size_t j = 0; j < s->n; j++) {
            end = fmax(end, s->v[j].at);
            top = fmax(top, (double) s->v[j].rss);
        }
    }
    if (end <= 0 || top <= 0) {
        (void) fputs("<p>No run was long enough to be sampled twice.</p>\n",
                     f);
        return;
    }
    (void) fprintf(f,
                   "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" "
                   "aria-label=\"RSS over time\">\n",
                   NP_SVG_WIDTH, NP_SVG_HEIGHT);
    np_svg_axes(f, end, top);
    for (unsigned i = 0; i < c->nruns; i++) {
        const np_run_t *r = &c->run[i];

        np_svg_line(f, r, end, top,
                    r == np_comparison_typical(c, r->allocator));
    }
    (void) fputs("</svg>\n", f);
}


static void
np_svg_box(FILE *f, const np_comparison_t *c, unsigned a, np_metric_e m,
           const np_summary_t *s, const double *v, double top)
{
    double      y = NP_SVG_TOP + NP_SVG_ROW * (a + 0.5);
    const char *colour = np_compare_svg_colour(a);
    char        buf[NP_HUMAN_MAX];

    (void) fprintf(f,
                   "<g class=\"a%u\"><text x=\"%.1f\" y=\"%.1f\" "
                   "text-anchor=\"end\">",
                   a, NP_SVG_LEFT - 6, y + 4);
    np_escape_html(f, c->allocator[a].name);
    (void) fprintf(f,
                   "</text><line stroke=\"%s\" x1=\"%.1f\" y1=\"%.1f\" "
                   "x2=\"%.1f\" y2=\"%.1f\"/><rect x=\"%.1f\" y=\"%.1f\" "
                   "width=\"%.1f\" height=\"12\" fill=\"%s\" "
                   "fill-opacity=\"0.25\" stroke=\"%s\"/><line stroke=\"%s\" "
                   "stroke-width=\"3\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" "
                   "y2=\"%.1f\"><title>%s</title></line>",
                   colour, np_svg_x(s->min, top), y, np_svg_x(s->max, top), y,
                   np_svg_x(s->low, top), y - 6,
                   np_svg_x(s->high, top) - np_svg_x(s->low, top), colour,
                   colour, colour, np_svg_x(s->median, top), y - 6,
                   np_svg_x(s->median, top), y + 6,
                   np_metric_human(m, s->median, buf));
    for (size_t i = 0; i < s->n; i++) {
        (void) fprintf(f,
                       "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2\" fill=\"%s\"/>",
                       np_svg_x(v[i], top), y, colour);
    }
    (void) fputs("</g>\n", f);
}


int
np_compare_svg_boxes(FILE *f, const np_comparison_t *c, np_metric_e m)
{
    np_summary_t s;
    double       top = 0, height = NP_SVG_TOP + NP_SVG_ROW * c->nallocators;
    double      *v = malloc((c->nruns + 1) * sizeof(double));
    char         buf[NP_HUMAN_MAX];
    int          rc = v == NULL ? -1 : 0;

    for (unsigned a = 0; rc == 0 && a < c->nallocators; a++) {
        rc = np_comparison_summary(c, a, m, &s);
        top = rc == 0 ? fmax(top, s.max) : top;
    }
    if (rc != 0 || top <= 0) {
        free(v);
        return rc;
    }
    (void) fprintf(f, "<h3>%s</h3>\n<svg viewBox=\"0 0 %.0f %.0f\">\n",
                   np_metric[m].title, NP_SVG_WIDTH, height + 24);
    for (int i = 0; i <= NP_SVG_TICKS; i++) {
        double x = np_svg_x(top * i / NP_SVG_TICKS, top);

        (void) fprintf(f,
                       "<line class=\"g\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" "
                       "y2=\"%.1f\"/><text x=\"%.1f\" y=\"%.1f\" "
                       "text-anchor=\"%s\">%s</text>\n",
                       x, NP_SVG_TOP, x, height, x, height + 16,
                       i == NP_SVG_TICKS ? "end" : "middle",
                       np_metric_human(m, top * i / NP_SVG_TICKS, buf));
    }
    for (unsigned a = 0; rc == 0 && a < c->nallocators; a++) {
        rc = np_comparison_summary(c, a, m, &s);
        if (rc == 0 && s.n != 0) {
            (void) np_comparison_values(c, a, m, v);
            np_svg_box(f, c, a, m, &s, v, top);
        }
    }
    (void) fputs("</svg>\n", f);
    free(v);
    return rc;
}
