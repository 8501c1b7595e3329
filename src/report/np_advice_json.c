/*
 * Advice for programs.
 */
#include "config.h"

#include <jansson.h>
#include <math.h>

#include "report/np_advice_text.h"

#define NP_JSON_PLACE 512


static void
np_advice_put_real(json_t *o, const char *key, double v)
{
    (void) json_object_set_new(o, key,
                               isfinite(v) ? json_real(v) : json_null());
}


/* names come from a symbol table, and may be no UTF-8 */
static json_t *
np_advice_put_text(const char *s)
{
    json_t *t = json_string(s);

    return t != NULL ? t : json_string("?");
}


static json_t *
np_advice_put_place(const np_advice_t *a, np_symbols_t *y, uint32_t place)
{
    char buf[NP_JSON_PLACE];

    if (place == UINT32_MAX) {
        return json_null();
    }
    return np_advice_put_text(np_advice_place(a, y, place, buf, sizeof(buf)));
}


static json_t *
np_advice_put_evidence(const np_candidate_t *c)
{
    const np_site_t *s = &c->sum;
    json_t          *o = json_object();

    np_advice_put_real(o, "allocs", s->total.objects);
    np_advice_put_real(o, "alloc_bytes", s->total.bytes);
    np_advice_put_real(o, "frees", s->freed.objects);
    np_advice_put_real(o, "live_objects", s->live.objects);
    np_advice_put_real(o, "live_bytes", s->live.bytes);
    np_advice_put_real(o, "peak_bytes", s->peak.bytes);
    np_advice_put_real(o, "temporary", s->temporary.objects);
    np_advice_put_real(o, "lifo", s->lifo);
    np_advice_put_real(o, "remote", s->remote);
    np_advice_put_real(o, "runs", s->runs);
    np_advice_put_real(o, "longest_run", s->longest_run);
    np_advice_put_real(o, "mean_life_bytes", s->mean_life_bytes);
    np_advice_put_real(o, "mean_life_ms", s->mean_life_ms);
    np_advice_put_real(o, "reallocs", s->reallocs);
    np_advice_put_real(o, "realloc_grown_bytes", s->realloc_grown);
    np_advice_put_real(o, "realloc_copied_bytes", s->realloc_copied);
    np_advice_put_real(o, "pinned_bytes", s->pinned);
    np_advice_put_real(o, "pinned_at_peak_bytes", s->pinned_at_peak);
    return o;
}


static json_t *
np_advice_put_candidate(const np_advice_t *a, np_symbols_t *y,
                        const np_candidate_t *c)
{
    json_t *o = json_object();
    int     no = c->kind == NP_ADVICE_NO;

    (void) json_object_set_new(o, "kind",
                               json_string(np_advice_name[c->kind]));
    (void) json_object_set_new(
        o, "why", no ? json_string(np_advice_no[c->why]) : json_null());
    (void) json_object_set_new(
        o, "confidence",
        no ? json_null() : json_string(np_confidence_name[c->confidence]));
    (void) json_object_set_new(o, "at", np_advice_put_place(a, y, c->origin));
    (void) json_object_set_new(o, "malloc_at",
                               np_advice_put_place(a, y, c->leaf));
    (void) json_object_set_new(o, "owner",
                               np_advice_put_place(a, y, c->owner));
    (void) json_object_set_new(o, "sites", json_integer(c->nsites));
    (void) json_object_set_new(o, "routed", json_boolean(c->routed));
    (void) json_object_set_new(o, "evidence", np_advice_put_evidence(c));
    np_advice_put_real(o, "gain_calls", c->calls);
    np_advice_put_real(o, "gain_seconds", c->seconds);
    np_advice_put_real(o, "gain_bytes", c->memory);
    np_advice_put_real(o, "cost_bytes", c->drag);
    return o;
}


int
np_advice_json(FILE *f, const np_advice_t *a, np_symbols_t *y,
               const char *name)
{
    json_t *top = json_object(), *limits = json_object();
    json_t *list = json_array();
    int     rc;

    for (unsigned i = 0; i < NP_RULES; i++) {
        np_advice_put_real(limits, np_advice_rule[i].key,
                           np_advice_rule[i].value);
    }
    for (unsigned i = 0; i < a->n; i++) {
        (void) json_array_append_new(list,
                                     np_advice_put_candidate(a, y, &a->v[i]));
    }
    (void) json_object_set_new(top, "profile", np_advice_put_text(name));
    (void) json_object_set_new(top, "sampled",
                               json_boolean(a->profile->sampled));
    np_advice_put_real(top, "seconds", a->seconds);
    (void) json_object_set_new(top, "limits", limits);
    rc = json_object_set_new(top, "candidates", list);
    if (rc == 0
        && json_dumpf(top, f, JSON_INDENT(1) | JSON_REAL_PRECISION(12)) == 0) {
        (void) fputc('\n', f);
    } else if (!ferror(f)) {
        rc = -1;
    }
    json_decref(top);
    return rc;
}
