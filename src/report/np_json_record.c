/*
 * Parts of a profile as JSON values; the schema is in PROFILE.md.
 */
#include "config.h"

#include "report/np_json_record.h"

#include <math.h>
#include <stdlib.h>

#include "report/np_figure.h"
#include "report/np_utf8.h"

/* whole doubles up to there are exact */
#define NP_JSON_EXACT 9007199254740992.0


json_t *
np_json_real(double value)
{
    if (!isfinite(value)) {
        return json_null();
    }
    if (value == floor(value) && fabs(value) <= NP_JSON_EXACT) {
        return json_integer((json_int_t) value);
    }
    return json_real(value);
}


json_t *
np_json_integer(uint64_t value)
{
    return value <= INT64_MAX ? json_integer((json_int_t) value)
                              : json_real((double) value);
}


json_t *
np_json_text(const char *s)
{
    char   *copy = np_utf8_copy(s);
    json_t *j = copy != NULL ? json_string(copy) : NULL;

    free(copy);
    return j;
}


json_t *
np_json_address(uint64_t address)
{
    return json_sprintf("0x%llx", (unsigned long long) address);
}


static json_t *
np_json_amount(const np_amount_t *a)
{
    return json_pack("{s:o, s:o}", "bytes", np_json_real(a->bytes), "objects",
                     np_json_real(a->objects));
}


static json_t *
np_json_half(const np_half_t *h)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "allocs",
                     np_json_real(h->allocs), "frees", np_json_real(h->frees),
                     "temporary", np_json_real(h->temporary), "remote",
                     np_json_real(h->remote), "lifo", np_json_real(h->lifo),
                     "runs", np_json_real(h->runs), "reallocs",
                     np_json_real(h->reallocs));
}


static json_t *
np_json_histogram(const uint32_t *n, unsigned slots)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < slots; i++) {
        if (json_array_append_new(list, json_integer(n[i])) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}


static const char *
np_json_kind(np_site_e kind)
{
    switch (kind) {
    case NP_SITE_EARLY:
        return "early";
    case NP_SITE_PROFILER:
        return "profiler";
    case NP_SITE_OVERFLOW:
        return "overflow";
    case NP_SITE_FIRST:
        return "stack";
    default:
        return "unknown";
    }
}


static int
np_json_site_stack(json_t *o, const np_site_t *s)
{
    json_t *list = json_array();
    int     rc = 0;

    rc |= json_object_set_new(o, "id", json_integer(s->id));
    rc |= json_object_set_new(o, "kind", json_string(np_json_kind(s->kind)));
    rc |= json_object_set_new(o, "title",
                              s->depth == 0 ? np_json_text(np_figure_title(s))
                                            : json_null());
    for (uint32_t i = 0; i < s->depth; i++) {
        rc |= json_array_append_new(list, json_integer(s->stack[i]));
    }
    return rc | json_object_set_new(o, "stack", list);
}


static int
np_json_site_amounts(json_t *o, const np_site_t *s)
{
    const struct {
        const char        *key;
        const np_amount_t *amount;
    } row[] = {
        {"total", &s->total},         {"freed", &s->freed},
        {"live", &s->live},           {"at_peak", &s->at_peak},
        {"peak", &s->peak},           {"inherited", &s->inherited},
        {"temporary", &s->temporary},
    };
    int rc = 0;

    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        rc |= json_object_set_new(o, row[i].key,
                                  np_json_amount(row[i].amount));
    }
    return rc;
}


static int
np_json_site_numbers(json_t *o, const np_site_t *s)
{
    const struct {
        const char *key;
        double      value;
    } row[] = {
        {"slack", s->slack},
        {"live_slack", s->live_slack},
        {"remote", s->remote},
        {"lifo", s->lifo},
        {"runs", s->runs},
        {"longest_run", s->longest_run},
        {"reallocs", s->reallocs},
        {"realloc_in_place", s->realloc_in_place},
        {"realloc_grown", s->realloc_grown},
        {"realloc_copied", s->realloc_copied},
        {"pinned", s->pinned},
        {"pinned_at_peak", s->pinned_at_peak},
        {"pinned_max", s->pinned_max},
        {"pinned_sum", s->pinned_sum},
        {"surveys", s->surveys},
        {"samples", s->samples},
        {"free_samples", s->free_samples},
        {"mean_life_bytes", s->mean_life_bytes},
        {"mean_life_ms", s->mean_life_ms},
        {"first_ms", s->first_ms},
        {"last_ms", s->last_ms},
    };
    int rc = 0;

    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        rc |= json_object_set_new(o, row[i].key, np_json_real(row[i].value));
    }
    return rc;
}


static int
np_json_site_errors(json_t *o, const np_profile_t *p, const np_site_t *s)
{
    json_t *list = json_object();
    int     rc = 0;

    for (int i = 0; i < NP_FIGURES; i++) {
        rc |= json_object_set_new(
            list, np_figure[i].key,
            np_json_real(np_figure_error(p, s, (np_figure_e) i)));
    }
    return rc | json_object_set_new(o, "errors", list);
}


json_t *
np_json_site(const np_profile_t *p, const np_site_t *s, int stack)
{
    json_t *o = json_object();
    int     rc = 0;

    if (stack) {
        rc |= np_json_site_stack(o, s);
    }
    rc |= np_json_site_amounts(o, s);
    rc |= np_json_site_numbers(o, s);
    if (stack) {
        rc |= json_object_set_new(o, "halves",
                                  json_pack("[o, o, o]", np_json_half(&s->now),
                                            np_json_half(&s->half[0]),
                                            np_json_half(&s->half[1])));
    }
    rc |= json_object_set_new(o, "sizes",
                              np_json_histogram(s->size, NP_SIZES));
    rc |= json_object_set_new(o, "lives",
                              np_json_histogram(s->life, NP_LIVES));
    rc |= json_object_set_new(o, "times",
                              np_json_histogram(s->time, NP_TIMES));
    if (p->sampled) {
        rc |= np_json_site_errors(o, p, s);
    }
    if (rc != 0) {
        json_decref(o);
        return NULL;
    }
    return o;
}
