/*
 * A comparison as one HTML page that needs nothing else: styles, drawings and
 * the few lines of script that hide an allocator are inside.  A content
 * security policy forbids everything from outside.
 */
#include "config.h"

#include "report/np_compare_render.h"

#include <math.h>

#include "report/np_escape.h"
#include "report/np_human.h"

static const char np_html_head[]
    = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
      "'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n"
      "<title>ngxpool compare</title>\n<style>\n"
      "body{font:15px/1.5 sans-serif;max-width:900px;margin:2em "
      "auto;padding:0 "
      "1em;color:#222}\n"
      "pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f4f4f4;"
      "padding:.5em}\n"
      "table{border-collapse:collapse;width:100%;font-size:13px}\n"
      "td,th{padding:.15em .5em;text-align:right;border-bottom:1px solid "
      "#ddd}\n"
      "td:first-child,th:first-child{text-align:left}\n"
      ".less{color:#00714f}.more{color:#b34700}.noise{color:#777}\n"
      "svg{width:100%;font-size:12px}svg .g{stroke:#e4e4e4}\n"
      "label{margin-right:1em;white-space:nowrap}\n"
      ".k{display:inline-block;width:.8em;height:.8em;margin-right:.3em}\n"
      "</style>\n</head>\n<body>\n<h1>ngxpool compare</h1>\n";

static const char np_html_script[]
    = "<script>\n"
      "document.querySelectorAll('input[data-a]').forEach(function(i){\n"
      "i.addEventListener('change',function(){\n"
      "document.querySelectorAll('svg .a'+i.dataset.a).forEach(function(e){\n"
      "e.style.display=i.checked?'':'none';});});});\n"
      "</script>\n";

static const char *const np_html_class[] = {"noise", "noise", "less", "more"};


static void
np_html_facts(FILE *f, const np_comparison_t *c)
{
    (void) fputs("<pre>", f);
    np_escape_html(f, c->line);
    if (c->load != NULL) {
        (void) fputs("\nload: ", f);
        np_escape_html(f, c->load);
        (void) fprintf(f, "\nidle: %g s", c->idle);
    }
    (void) fputs("</pre>\n<p>", f);
    (void) fprintf(f,
                   "%s. %u runs of each, %u warm-up, in random order, "
                   "seed %llu. ",
                   c->date, c->rounds, c->warmup,
                   (unsigned long long) c->seed);
    if (c->pin != NULL) {
        (void) fputs("On CPU ", f);
        np_escape_html(f, c->pin);
        (void) fputs(". ", f);
    }
    np_escape_html(f, c->machine);
    (void) fputs("</p>\n", f);
}


static void
np_html_keys(FILE *f, const np_comparison_t *c)
{
    (void) fputs("<p>", f);
    for (unsigned a = 0; a < c->nallocators; a++) {
        (void) fprintf(f,
                       "<label><input type=\"checkbox\" checked "
                       "data-a=\"%u\"><span class=\"k\" "
                       "style=\"background:%s\"></span>",
                       a, np_compare_svg_colour(a));
        np_escape_html(f, c->allocator[a].name);
        (void) fputs("</label>\n", f);
    }
    (void) fputs("</p>\n", f);
}


static int
np_html_cell(FILE *f, const np_comparison_t *c, unsigned a, np_metric_e m)
{
    np_summary_t s;
    np_ratio_t   r;
    char         buf[NP_HUMAN_MAX];

    if (np_comparison_summary(c, a, m, &s) != 0
        || np_comparison_ratio(c, a, m, &r) != 0) {
        return -1;
    }
    (void) fprintf(f, "<td>%s", np_metric_human(m, s.median, buf));
    if (a != c->base && !isnan(r.ratio)) {
        (void) fprintf(f, "<br><span class=\"%s\">&times;%.3f",
                       np_html_class[r.verdict], r.ratio);
        if (!isnan(r.low)) {
            (void) fprintf(f, " (%.3f&ndash;%.3f)", r.low, r.high);
        }
        (void) fputs("</span>", f);
    }
    (void) fputs("</td>", f);
    return 0;
}


static int
np_html_table(FILE *f, const np_comparison_t *c)
{
    (void) fputs("<table>\n<tr><th>median</th>", f);
    for (unsigned a = 0; a < c->nallocators; a++) {
        (void) fputs("<th>", f);
        np_escape_html(f, c->allocator[a].name);
        (void) fputs("</th>", f);
    }
    (void) fputs("</tr>\n", f);
    for (int m = 0; m < NP_METRICS; m++) {
        if (!np_comparison_has(c, (np_metric_e) m)) {
            continue;
        }
        (void) fprintf(f, "<tr><td title=\"%s\">%s</td>", np_metric[m].help,
                       np_metric[m].title);
        for (unsigned a = 0; a < c->nallocators; a++) {
            if (np_html_cell(f, c, a, (np_metric_e) m) != 0) {
                return -1;
            }
        }
        (void) fputs("</tr>\n", f);
    }
    (void) fputs("</table>\n<p>&times;: ratio to ", f);
    np_escape_html(f, c->allocator[c->base].name);
    (void) fprintf(f,
                   ", the median over all pairs of runs, with its %d&nbsp;%% "
                   "interval; grey where noise drowns the difference.</p>\n",
                   (int) (100 * NP_CONFIDENCE));
    return 0;
}


static void
np_html_where(FILE *f, const np_where_t *w)
{
    char live[NP_HUMAN_MAX], slack[NP_HUMAN_MAX], holes[NP_HUMAN_MAX];
    char kept[NP_HUMAN_MAX], meta[NP_HUMAN_MAX], rest[NP_HUMAN_MAX];

    if (!w->known) {
        return;
    }
    (void) fprintf(
        f,
        "<h2>Where libngxpool's RSS goes</h2>\n<table><tr>"
        "<th>live</th><th>slack</th><th>holes</th><th>retained</th>"
        "<th>metadata</th><th>rest</th></tr>\n<tr><td>%s</td>"
        "<td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td>"
        "</tr></table>\n",
        np_human_bytes(live, w->live), np_human_bytes(slack, w->slack),
        np_human_bytes(holes, w->holes), np_human_bytes(kept, w->retained),
        np_human_bytes(meta, w->metadata), np_human_bytes(rest, w->rest));
}


static void
np_html_remark(void *data, const char *line)
{
    (void) fputs("<li>", data);
    np_escape_html(data, line);
    (void) fputs("</li>\n", data);
}


int
np_compare_html(FILE *f, const np_comparison_t *c)
{
    (void) fputs(np_html_head, f);
    np_html_facts(f, c);
    np_html_keys(f, c);
    (void) fputs("<h2>RSS over time</h2>\n", f);
    np_compare_svg_lines(f, c);
    (void) fputs("<h2>Runs</h2>\n", f);
    for (int m = 0; m < NP_METRICS; m++) {
        if (np_comparison_headline(c, (np_metric_e) m)
            && np_compare_svg_boxes(f, c, (np_metric_e) m) != 0) {
            return -1;
        }
    }
    (void) fputs("<h2>Everything measured</h2>\n", f);
    if (np_html_table(f, c) != 0) {
        return -1;
    }
    np_html_where(f, &c->where);
    (void) fputs("<h2>Remarks</h2>\n<ul>\n", f);
    np_comparison_remarks(c, np_html_remark, f);
    (void) fputs("</ul>\n", f);
    (void) fputs(np_html_script, f);
    (void) fputs("</body>\n</html>\n", f);
    return 0;
}
