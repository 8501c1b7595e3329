/*
 * A comparison as JSON.  A value that was not measured is null, so that a
 * reader finds every key of the schema in ngxpool-compare(1) always.
 */
#include "config.h"

#include "report/np_compare_render.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

static const char *const np_json_outcome[] = {
    "ok",        "exited",      "signalled", "timed out",
    "not ready", "load failed", "differs",
};

static const char *const np_json_verdict[] = {
    "too few",
    "noise",
    "less",
    "more",
};


static json_t *
np_json_number(double v)
{
    return isfinite(v) ? json_real(v) : json_null();
}


/* command lines and messages need not be UTF-8: what is not becomes '?' */
static json_t *
np_json_string(const char *s)
{
    json_t *j = json_string(s);
    char   *copy;

    if (j != NULL) {
        return j;
    }
    copy = strdup(s);
    if (copy == NULL) {
        return NULL;
    }
    for (char *p = copy; *p != '\0'; p++) {
        *p = *p & 0x80 ? '?' : *p;
    }
    j = json_string(copy);
    free(copy);
    return j;
}


static json_t *
np_json_metric(const np_comparison_t *c, unsigned a, np_metric_e m)
{
    np_summary_t s;
    np_ratio_t   r;

    if (np_comparison_summary(c, a, m, &s) != 0
        || np_comparison_ratio(c, a, m, &r) != 0) {
        return NULL;
    }
    return json_pack(
        "{s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s}", "n",
        (json_int_t) s.n, "median", np_json_number(s.median), "min",
        np_json_number(s.min), "low_quartile", np_json_number(s.low),
        "high_quartile", np_json_number(s.high), "max", np_json_number(s.max),
        "spread", np_json_number(s.spread), "ratio", np_json_number(r.ratio),
        "ratio_low", np_json_number(r.low), "ratio_high",
        np_json_number(r.high), "verdict", np_json_verdict[r.verdict]);
}


static json_t *
np_json_allocators(const np_comparison_t *c)
{
    json_t *list = json_array();

    for (unsigned a = 0; a < c->nallocators; a++) {
        json_t  *metrics = json_object();
        unsigned runs, bad = np_comparison_failures(c, a, &runs);

        for (int m = 0; m < NP_METRICS; m++) {
            (void) json_object_set_new(metrics, np_metric[m].key,
                                       np_json_metric(c, a, (np_metric_e) m));
        }
        (void) json_array_append_new(
            list,
            json_pack("{s:o, s:o, s:i, s:i, s:o}", "name",
                      np_json_string(c->allocator[a].name), "path",
                      np_json_string(c->allocator[a].path), "runs", (int) runs,
                      "failed", (int) bad, "metrics", metrics));
    }
    return list;
}


static json_t *
np_json_runs(const np_comparison_t *c)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < c->nruns; i++) {
        const np_run_t *r = &c->run[i];
        json_t         *o, *values = json_object();

        for (int m = 0; m < NP_METRICS; m++) {
            (void) json_object_set_new(values, np_metric[m].key,
                                       np_json_number(r->value[m]));
        }
        o = json_pack(
            "{s:o, s:i, s:s, s:i, s:o, s:I, s:s, s:o, s:f, s:I, s:i,"
            " s:i, s:b}",
            "allocator", np_json_string(c->allocator[r->allocator].name),
            "round", (int) r->round, "outcome", np_json_outcome[r->outcome],
            "status", r->status, "values", values, "stdout_bytes",
            (json_int_t) r->out_bytes, "stdout_xxh3_128", r->out_hash,
            "stderr_tail", np_json_string(r->tail), "sampler_cpu_s", r->cost,
            "samples", (json_int_t) r->samples.n, "most_processes",
            (int) r->processes, "unreadable", (int) r->unreadable, "lingered",
            r->lingered);
        (void) json_array_append_new(list, o);
    }
    return list;
}


static json_t *
np_json_command(const np_comparison_t *c)
{
    json_t *list = json_array();

    for (size_t i = 0; c->command[i] != NULL; i++) {
        (void) json_array_append_new(list, np_json_string(c->command[i]));
    }
    return list;
}


static json_t *
np_json_where(const np_where_t *w)
{
    if (!w->known) {
        return json_null();
    }
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o}", "live", np_json_number(w->live),
        "slack", np_json_number(w->slack), "holes", np_json_number(w->holes),
        "retained", np_json_number(w->retained), "metadata",
        np_json_number(w->metadata), "rest", np_json_number(w->rest));
}


static void
np_json_remark(void *list, const char *line)
{
    (void) json_array_append_new(list, np_json_string(line));
}


int
np_compare_json(FILE *f, const np_comparison_t *c)
{
    json_t *top, *remarks = json_array();
    int     rc = -1;

    np_comparison_remarks(c, np_json_remark, remarks);
    top = json_pack(
        "{s:s, s:s, s:s, s:o, s:o, s:o, s:f, s:o, s:i, s:i, s:I,"
        " s:f, s:f, s:s, s:o, s:b, s:b, s:o, s:o, s:o}",
        "tool", "ngxpool compare", "version", PACKAGE_VERSION, "date", c->date,
        "machine", np_json_string(c->machine), "command", np_json_command(c),
        "load", c->load != NULL ? np_json_string(c->load) : json_null(),
        "idle_s", c->idle, "pin",
        c->pin != NULL ? np_json_string(c->pin) : json_null(), "rounds",
        (int) c->rounds, "warmup", (int) c->warmup, "seed",
        (json_int_t) c->seed, "interval_s", c->interval, "confidence",
        NP_CONFIDENCE, "base", c->allocator[c->base].name, "where",
        np_json_where(&c->where), "interrupted", c->interrupted,
        "outputs_differ", c->differs != 0, "remarks", remarks, "allocators",
        np_json_allocators(c), "runs", np_json_runs(c));
    if (top != NULL) {
        rc = json_dumpf(top, f, JSON_INDENT(1) | JSON_REAL_PRECISION(12));
        (void) fputc('\n', f);
    }
    json_decref(top);
    return rc;
}
