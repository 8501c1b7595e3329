/*
 * A profile as JSON: everything that the model holds, and names for its
 * places; the schema is in PROFILE.md.  Each record is made, written on a line
 * of its own and forgotten, so that memory does not grow with the profile.
 */
#include "config.h"

#include "report/np_export.h"

#include <jansson.h>
#include <stdlib.h>

#include "report/np_figure.h"
#include "report/np_json_record.h"

#define NP_JSON_SCHEMA 2
#define NP_JSON_FLAGS                                                         \
    (JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(12))

static const char *const np_json_ended[]
    = {"not", "exit", "exec", "signal", "fatal", "stopped"};

static const char *const np_json_table[NP_TABLES]
    = {"command", "modules", "nodes", "sites",
       "threads", "times",   "pools", "blocks"};


/* takes the value */
static int
np_json_put(FILE *f, json_t *value)
{
    int rc = value != NULL ? json_dumpf(value, f, NP_JSON_FLAGS) : -1;

    json_decref(value);
    return rc;
}


static json_t *
np_json_process(const np_profile_t *p)
{
    const np_format_header_t *h = &p->header;
    json_t                   *command = json_array();
    const char               *ended = "unknown";

    for (unsigned i = 0; i < p->ncommand; i++) {
        (void) json_array_append_new(command, np_json_text(p->command[i]));
    }
    if (h->ended < sizeof(np_json_ended) / sizeof(np_json_ended[0])) {
        ended = np_json_ended[h->ended];
    }
    return json_pack("{s:I, s:I, s:o, s:o, s:o, s:s, s:I}", "pid",
                     (json_int_t) h->pid, "parent", (json_int_t) h->parent,
                     "command", command, "began_ns", np_json_integer(h->wall),
                     "ms", np_json_real(np_profile_ms(p)), "ended", ended,
                     "page", (json_int_t) h->page);
}


static json_t *
np_json_profile(const np_profile_t *p)
{
    const np_format_header_t *h = &p->header;
    json_t                   *lost = json_object();

    for (int i = 0; i < NP_TABLES; i++) {
        (void) json_object_set_new(lost, np_json_table[i],
                                   json_integer(h->table[i].lost));
    }
    return json_pack(
        "{s:b, s:o, s:I, s:I, s:o, s:b, s:I, s:o, s:o, s:o, s:o, s:o, s:o,"
        " s:o, s:o}",
        "sampled", p->sampled != 0, "interval", np_json_integer(h->interval),
        "depth", (json_int_t) h->depth, "gaps", (json_int_t) h->gaps,
        "file_bytes", np_json_integer(p->file_bytes), "gzipped",
        p->gzipped != 0, "dropped", (json_int_t) p->dropped, "own_bytes",
        np_json_integer(h->own_bytes), "memo_hits",
        np_json_integer(h->memo_hits), "walks", np_json_integer(h->walks),
        "steps", np_json_integer(h->steps), "cut", np_json_integer(h->cut),
        "broken", np_json_integer(h->broken), "rules",
        np_json_integer(h->rules), "lost", lost);
}


/* 0 stands for RSS that could not be read */
static json_t *
np_json_rss(uint64_t rss)
{
    return rss != 0 ? np_json_integer(rss) : json_null();
}


static json_t *
np_json_heap(const np_profile_t *p)
{
    const np_format_header_t *h = &p->header;
    json_t                   *allocator = json_null();

    if (np_profile_is_counted(p)) {
        allocator = json_pack("{s:o, s:o}", "bytes",
                              np_json_integer(h->heap_live_bytes), "objects",
                              np_json_integer(h->heap_live_objects));
    }
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:[o, o], s:o}", "clock",
        np_json_integer(h->clock), "live_bytes",
        np_json_integer(h->live_bytes), "live_objects",
        np_json_real(p->live_objects), "peak_bytes",
        np_json_integer(h->peak_bytes), "peak_ms", np_json_integer(h->peak_ms),
        "peak_rss", np_json_rss(h->peak_rss), "half_clock",
        np_json_integer(h->half_clock[0]), np_json_integer(h->half_clock[1]),
        "allocator", allocator);
}


static json_t *
np_json_limits_of(uint64_t (*limit)(unsigned), unsigned n)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < n; i++) {
        (void) json_array_append_new(list, limit(i) == UINT64_MAX
                                               ? json_null()
                                               : np_json_integer(limit(i)));
    }
    return list;
}


static json_t *
np_json_limits(void)
{
    return json_pack(
        "{s:o, s:o, s:o, s:i}", "sizes",
        np_json_limits_of(np_figure_size_limit, NP_SIZES), "lives",
        np_json_limits_of(np_figure_life_limit, NP_LIVES), "times",
        np_json_limits_of(np_figure_time_limit, NP_TIMES), "temporary",
        NP_TEMPORARY);
}


static json_t *
np_json_module(const np_export_t *x, unsigned i)
{
    const np_module_t *m = &x->profile->module[i];
    json_t            *o;
    char              *id = calloc(2, (size_t) m->build_id_length + 1);

    if (id == NULL) {
        return NULL;
    }
    for (unsigned k = 0; k < m->build_id_length; k++) {
        (void) snprintf(id + (size_t) k * 2, 3, "%02x", m->build_id[k]);
    }
    o = json_pack("{s:o, s:s, s:o, s:o, s:o, s:I, s:I}", "path",
                  np_json_text(m->path), "build_id", id, "start",
                  np_json_address(m->start), "end", np_json_address(m->end),
                  "bias", np_json_address(m->bias), "from",
                  (json_int_t) m->from, "to", (json_int_t) m->to);
    free(id);
    return o;
}


static json_t *
np_json_frame(const np_symbol_t *y)
{
    return json_pack("{s:s, s:s?, s:s?, s:I, s:b, s:b}", "function",
                     y->function, "linkage", y->linkage, "file", y->file,
                     "line", (json_int_t) y->line, "known", y->known != 0,
                     "inlined", y->inlined != 0);
}


static json_t *
np_json_place(const np_export_t *x, unsigned i)
{
    const np_place_t      *place = &x->profile->place[i];
    const np_symbols_at_t *at = np_symbols_at(x->symbols, i);
    json_t                *frames = json_array();

    for (unsigned k = 0; k < at->n; k++) {
        (void) json_array_append_new(frames, np_json_frame(&at->frame[k]));
    }
    return json_pack("{s:o, s:o, s:o, s:b, s:o}", "address",
                     np_json_address(place->address), "file_address",
                     np_json_address(place->file), "module",
                     place->module < x->profile->nmodules
                         ? json_integer(place->module)
                         : json_null(),
                     "exact", place->exact != 0, "frames", frames);
}


static json_t *
np_json_site_of(const np_export_t *x, unsigned i)
{
    return np_json_site(x->profile, &x->profile->site[i], 1);
}


static json_t *
np_json_thread(const np_export_t *x, unsigned i)
{
    const np_profile_thread_t *t = &x->profile->thread[i];

    return json_pack(
        "{s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "tid", (json_int_t) t->tid,
        "threads", (json_int_t) t->threads, "name", np_json_text(t->name),
        "allocs", np_json_real(t->allocs), "alloc_bytes",
        np_json_real(t->alloc_bytes), "frees", np_json_real(t->frees),
        "free_bytes", np_json_real(t->free_bytes), "remote",
        np_json_real(t->remote));
}


static json_t *
np_json_time(const np_export_t *x, unsigned i)
{
    const np_format_time_t *t = &x->profile->time[i];

    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "ms",
        np_json_integer(t->ms), "clock", np_json_integer(t->clock), "live",
        np_json_integer(t->live), "rss", np_json_rss(t->rss), "heap",
        np_json_integer(t->heap), "pools", np_json_integer(t->pools), "large",
        np_json_integer(t->large), "pinned",
        t->pinned != NP_TIME_UNKNOWN ? np_json_integer(t->pinned)
                                     : json_null());
}


static json_t *
np_json_pool(const np_export_t *x, unsigned i)
{
    const np_format_pool_t *t = &x->profile->pool[i];

    return json_pack(
        "{s:I, s:I, s:o, s:o, s:o, s:o, s:o}", "size", (json_int_t) t->size,
        "blocks", (json_int_t) t->blocks, "slots", np_json_integer(t->slots),
        "live", np_json_integer(t->live), "holes", np_json_integer(t->holes),
        "pinned", np_json_integer(t->pinned), "watched",
        np_json_integer(t->watched));
}


static json_t *
np_json_block(const np_export_t *x, unsigned i)
{
    const np_profile_block_t *b = &x->profile->block[i];
    const np_format_block_t  *t = &b->record;
    json_t                   *cells = json_array();

    for (unsigned k = 0; k < NP_CELLS; k++) {
        (void) json_array_append_new(cells, json_integer(t->cell[k]));
    }
    return json_pack("{s:o, s:o, s:I, s:I, s:I, s:o, s:o, s:o, s:o}", "start",
                     np_json_address(t->start), "bytes",
                     np_json_integer(t->bytes), "size", (json_int_t) t->size,
                     "slots", (json_int_t) t->slots, "live",
                     (json_int_t) t->live, "site",
                     b->site < x->profile->nsites
                         ? json_integer(x->profile->site[b->site].id)
                         : json_null(),
                     "pinned", np_json_integer(t->pinned), "pinned_by",
                     np_json_integer(t->pinned_by), "cells", cells);
}


typedef json_t *(*np_json_record_pt)(const np_export_t *x, unsigned i);


static int
np_json_list(FILE *f, const char *key, const np_export_t *x, unsigned n,
             np_json_record_pt record)
{
    const char *between = "\n";

    (void) fprintf(f, ",\n\"%s\":[", key);
    for (unsigned i = 0; i < n; i++) {
        if (record == np_json_site_of && x->profile->site[i].hidden) {
            continue;
        }
        (void) fputs(between, f);
        between = ",\n";
        if (np_json_put(f, record(x, i)) != 0) {
            return -1;
        }
    }
    (void) fputc(']', f);
    return ferror(f) ? -1 : 0;
}


static int
np_json_part(FILE *f, const char *key, json_t *value)
{
    (void) fprintf(f, ",\n\"%s\":", key);
    return np_json_put(f, value);
}


int
np_export_json(FILE *f, const np_export_t *x)
{
    const np_profile_t *p = x->profile;
    int                 bad = 0;

    (void) fprintf(f,
                   "{\"tool\":\"ngxpool report\",\"version\":\"%s\","
                   "\"schema\":%d",
                   PACKAGE_VERSION, NP_JSON_SCHEMA);
    bad |= np_json_part(f, "file", np_json_text(x->name));
    bad |= np_json_part(f, "process", np_json_process(p));
    bad |= np_json_part(f, "profile", np_json_profile(p));
    bad |= np_json_part(f, "heap", np_json_heap(p));
    bad |= np_json_part(f, "sums", np_json_site(p, &p->total, 0));
    bad |= np_json_part(f, "limits", np_json_limits());
    bad |= np_json_list(f, "modules", x, p->nmodules, np_json_module);
    bad |= np_json_list(f, "places", x, p->nplaces, np_json_place);
    bad |= np_json_list(f, "sites", x, p->nsites, np_json_site_of);
    bad |= np_json_list(f, "threads", x, p->nthreads, np_json_thread);
    bad |= np_json_list(f, "times", x, p->ntimes, np_json_time);
    bad |= np_json_list(f, "pools", x, p->npools, np_json_pool);
    bad |= np_json_list(f, "blocks", x, p->nblocks, np_json_block);
    (void) fputs("}\n", f);
    return bad || ferror(f) ? -1 : 0;
}
