/*
 * Advice for programs.  Each candidate is made, written on a line of its own
 * and forgotten, so that memory does not grow with their number.
 */
#include "config.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/np_advice_text.h"

#define NP_JSON_FLAGS (JSON_ENCODE_ANY | JSON_REAL_PRECISION(12))


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
np_advice_put_place(const np_advice_t *a, np_symbols_t *y, uint32_t place,
                    unsigned within)
{
    const np_symbol_t *s;
    char               buf[NP_BRIEF_LINE], *all;
    size_t             size;
    json_t            *text;

    if (place == UINT32_MAX) {
        return json_null();
    }
    if (y == NULL) {
        return np_advice_put_text(np_advice_place(a, y, place, within, buf));
    }
    /* programs get the whole name */
    s = np_advice_symbol(y, place, within);
    size = strlen(s->function) + (s->file != NULL ? strlen(s->file) : 0)
           + sizeof(" (:4294967295)");
    all = malloc(size);
    text = all != NULL ? np_advice_put_text(np_symbol_text(s, all, size))
                       : NULL;
    free(all);
    return text;
}


/* in a sample the order of frees is not seen */
static json_t *
np_advice_put_evidence(const np_candidate_t *c, int sampled)
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
    np_advice_put_real(o, "lifo", sampled ? NAN : s->lifo);
    np_advice_put_real(o, "remote", s->remote);
    np_advice_put_real(o, "runs", sampled ? NAN : s->runs);
    np_advice_put_real(o, "longest_run", sampled ? NAN : s->longest_run);
    np_advice_put_real(o, "mean_life_bytes", s->mean_life_bytes);
    np_advice_put_real(o, "mean_life_ms", s->mean_life_ms);
    np_advice_put_real(o, "reallocs", s->reallocs);
    np_advice_put_real(o, "realloc_grown_bytes", s->realloc_grown);
    np_advice_put_real(o, "realloc_copied_bytes", s->realloc_copied);
    np_advice_put_real(o, "pinned_bytes", s->pinned);
    np_advice_put_real(o, "pinned_at_peak_bytes",
                       c->unseen ? NAN : s->pinned_at_peak);
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
    (void) json_object_set_new(o, "at",
                               np_advice_put_place(a, y, c->origin, 0));
    (void) json_object_set_new(o, "malloc_at",
                               np_advice_put_place(a, y, c->leaf, 0));
    (void) json_object_set_new(o, "owner",
                               np_advice_put_place(a, y, c->owner, c->within));
    (void) json_object_set_new(o, "sites", json_integer(c->nsites));
    (void) json_object_set_new(o, "routed", json_boolean(c->routed));
    (void) json_object_set_new(o, "evidence",
                               np_advice_put_evidence(c, a->profile->sampled));
    np_advice_put_real(o, "gain_calls", c->calls);
    np_advice_put_real(o, "gain_seconds", c->seconds);
    np_advice_put_real(o, "gain_bytes", c->memory);
    np_advice_put_real(o, "cost_bytes", c->drag);
    return o;
}


/* takes the value, which it writes behind `before` */
static int
np_advice_put(FILE *f, const char *before, json_t *value)
{
    int rc = -1;

    (void) fputs(before, f);
    if (value != NULL) {
        rc = json_dumpf(value, f, NP_JSON_FLAGS);
    }
    json_decref(value);
    return rc;
}


static json_t *
np_advice_put_limits(void)
{
    json_t *o = json_object();

    for (unsigned i = 0; i < NP_RULES; i++) {
        np_advice_put_real(o, np_advice_rule[i].key, np_advice_rule[i].value);
    }
    return o;
}


int
np_advice_json(FILE *f, const np_advice_t *a, np_symbols_t *y,
               const char *name)
{
    json_t *seconds
        = isfinite(a->seconds) ? json_real(a->seconds) : json_null();
    int rc = 0;

    rc |= np_advice_put(f, "{\"profile\": ", np_advice_put_text(name));
    rc |= np_advice_put(f,
                        ",\n\"sampled\": ", json_boolean(a->profile->sampled));
    rc |= np_advice_put(f, ",\n\"seconds\": ", seconds);
    rc |= np_advice_put(f, ",\n\"limits\": ", np_advice_put_limits());
    (void) fputs(",\n\"candidates\": [", f);
    for (unsigned i = 0; i < a->n && rc == 0; i++) {
        rc = np_advice_put(f, i == 0 ? "\n" : ",\n",
                           np_advice_put_candidate(a, y, &a->v[i]));
    }
    (void) fputs("]}\n", f);
    return rc == 0 || ferror(f) ? 0 : -1;
}
