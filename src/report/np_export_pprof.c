/*
 * A profile for pprof, gzipped: a sample a site, a location a place with the
 * inlined functions as its lines.
 *
 *      sample --> location --> mapping
 *                    +-------> function --> string table
 *
 * Each message is compressed as soon as it is made; functions and strings
 * come last, when it is known which there are.  Mappings are the modules in
 * their order, the program first; a last one stands for what is in none, since
 * some readers want each location to have one.  Locations are the places, and
 * behind them one for each kind of site that has no stack.
 *
 * The format: proto/profile.proto of github.com/google/pprof.
 */
#include "config.h"

#include "report/np_export.h"

#include <stdlib.h>
#include <string.h>

#include "report/np_escape.h"
#include "report/np_figure.h"
#include "report/np_frames.h"
#include "report/np_gzip.h"
#include "report/np_strings.h"
#include "report/np_protobuf.h"

/* numbers of fields */
enum {
    NP_PPROF_SAMPLE_TYPE = 1,
    NP_PPROF_SAMPLE = 2,
    NP_PPROF_MAPPING = 3,
    NP_PPROF_LOCATION = 4,
    NP_PPROF_FUNCTION = 5,
    NP_PPROF_STRING = 6,
    NP_PPROF_TIME = 9,
    NP_PPROF_DURATION = 10,
    NP_PPROF_PERIOD_TYPE = 11,
    NP_PPROF_PERIOD = 12,
    NP_PPROF_COMMENT = 13,
    NP_PPROF_DEFAULT = 14
};

#define NP_PPROF_VALUES 4

typedef struct {
    const np_export_t *x;
    np_gzip_t         *z;
    np_strings_t       strings;
    np_strings_t       functions; /* "NAME\nLINKAGE\nFILE"; no name has \n */
    np_protobuf_t      top;       /* of one field */
    np_protobuf_t      message;
    np_protobuf_t      part;
    int                failed;
} np_pprof_t;

static const char *const np_pprof_type[NP_PPROF_VALUES][2] = {
    {"alloc_objects", "count"},
    {"alloc_space", "bytes"},
    {"inuse_objects", "count"},
    {"inuse_space", "bytes"},
};


static uint32_t
np_pprof_string(np_pprof_t *o, const char *s)
{
    uint32_t i = np_strings_number(&o->strings, s);

    o->failed |= i == NP_STRINGS_FAILED;
    return i;
}


/* a string that may be anything: the table holds UTF-8 only, and readers
 * print it as it is */
static uint32_t
np_pprof_text(np_pprof_t *o, const char *s)
{
    char    *copy = strdup(s);
    uint32_t i = 0;

    if (copy == NULL) {
        o->failed = 1;
        return 0;
    }
    np_escape_text(copy);
    i = np_pprof_string(o, copy);
    free(copy);
    return i;
}


/* the top message so far goes out */
static void
np_pprof_flush(np_pprof_t *o)
{
    o->failed |= o->top.failed;
    if (!o->failed && np_gzip_write(o->z, o->top.data, o->top.n) != 0) {
        o->failed = 1;
    }
    o->top.n = 0;
}


static void
np_pprof_message(np_pprof_t *o, unsigned field)
{
    np_protobuf_part(&o->top, field, &o->message);
    np_pprof_flush(o);
}


static void
np_pprof_value_type(np_pprof_t *o, unsigned field, const char *type,
                    const char *unit)
{
    np_protobuf_number(&o->message, 1, np_pprof_string(o, type));
    np_protobuf_number(&o->message, 2, np_pprof_string(o, unit));
    np_pprof_message(o, field);
}


static void
np_pprof_head(np_pprof_t *o)
{
    const np_format_header_t *h = &o->x->profile->header;

    (void) np_pprof_string(o, "");
    for (unsigned i = 0; i < NP_PPROF_VALUES; i++) {
        np_pprof_value_type(o, NP_PPROF_SAMPLE_TYPE, np_pprof_type[i][0],
                            np_pprof_type[i][1]);
    }
    np_pprof_value_type(o, NP_PPROF_PERIOD_TYPE, "space", "bytes");
    np_protobuf_number(&o->top, NP_PPROF_PERIOD,
                       h->interval != 0 ? h->interval : 1);
    np_protobuf_number(&o->top, NP_PPROF_TIME, h->wall);
    np_protobuf_number(&o->top, NP_PPROF_DURATION,
                       (uint64_t) (np_profile_ms(o->x->profile) * 1e6));
    np_protobuf_number(&o->top, NP_PPROF_DEFAULT,
                       np_pprof_string(o, "inuse_space"));
    for (unsigned i = 0; i < o->x->profile->ncommand; i++) {
        /* packed, so that an empty argument keeps its place */
        np_protobuf_varint(&o->part,
                           np_pprof_text(o, o->x->profile->command[i]));
    }
    np_protobuf_part(&o->top, NP_PPROF_COMMENT, &o->part);
    np_pprof_flush(o);
}


/* functions, files, lines and inlined frames are known as far as they can
 * be: a reader need not look for the module's file */
static void
np_pprof_mapping(np_pprof_t *o, uint32_t id, const np_module_t *m)
{
    static const char digit[] = "0123456789abcdef";
    char              hex[2 * 255 + 1];
    unsigned          n = 0;

    np_protobuf_number(&o->message, 1, id);
    if (m != NULL) {
        np_protobuf_number(&o->message, 2, m->start);
        np_protobuf_number(&o->message, 3, m->end);
        np_protobuf_number(&o->message, 5, np_pprof_text(o, m->path));
        for (unsigned i = 0; i < m->build_id_length && n < 2 * 255; i++) {
            hex[n++] = digit[m->build_id[i] >> 4];
            hex[n++] = digit[m->build_id[i] & 15];
        }
        hex[n] = '\0';
        np_protobuf_number(&o->message, 6, np_pprof_string(o, hex));
    } else {
        np_protobuf_number(&o->message, 5, np_pprof_string(o, "[unknown]"));
    }
    for (unsigned field = 7; field <= 10; field++) {
        np_protobuf_number(&o->message, field, 1);
    }
    np_pprof_message(o, NP_PPROF_MAPPING);
}


static void
np_pprof_line(np_pprof_t *o, const char *name, const char *linkage,
              const char *file, unsigned line)
{
    char    *key;
    uint32_t i;

    if (asprintf(&key, "%s\n%s\n%s", name, linkage != NULL ? linkage : name,
                 file != NULL ? file : "")
        < 0) {
        o->failed = 1;
        return;
    }
    i = np_strings_number(&o->functions, key);
    o->failed |= i == NP_STRINGS_FAILED;
    free(key);
    np_protobuf_number(&o->part, 1, (uint64_t) i + 1);
    np_protobuf_number(&o->part, 2, line);
    np_protobuf_part(&o->message, 4, &o->part);
}


static void
np_pprof_places(np_pprof_t *o)
{
    const np_profile_t *p = o->x->profile;

    for (uint32_t i = 0; i < p->nplaces && !o->failed; i++) {
        const np_place_t      *place = &p->place[i];
        const np_symbols_at_t *at = np_symbols_at(o->x->symbols, i);
        uint32_t               module = place->module;

        np_protobuf_number(&o->message, 1, (uint64_t) i + 1);
        np_protobuf_number(
            &o->message, 2,
            1 + (uint64_t) (module < p->nmodules ? module : p->nmodules));
        np_protobuf_number(&o->message, 3, np_frame_address(place));
        for (unsigned k = 0; k < at->n; k++) {
            np_pprof_line(o, at->frame[k].function, at->frame[k].linkage,
                          at->frame[k].file, at->frame[k].line);
        }
        np_pprof_message(o, NP_PPROF_LOCATION);
    }
}


/* the location of sites of a kind that has no stacks */
static uint64_t
np_pprof_kind(const np_profile_t *p, np_site_e kind)
{
    return (uint64_t) p->nplaces + 1 + (uint64_t) kind;
}


static void
np_pprof_kinds(np_pprof_t *o)
{
    const np_profile_t *p = o->x->profile;
    int                 done[NP_SITE_FIRST + 1] = {0};

    for (unsigned i = 0; i < p->nsites; i++) {
        const np_site_t *s = &p->site[i];

        if (s->depth == 0 && !s->hidden && !done[s->kind]) {
            done[s->kind] = 1;
            np_protobuf_number(&o->message, 1, np_pprof_kind(p, s->kind));
            np_protobuf_number(&o->message, 2, (uint64_t) p->nmodules + 1);
            np_pprof_line(o, np_figure_title(s), NULL, NULL, 0);
            np_pprof_message(o, NP_PPROF_LOCATION);
        }
    }
}


static void
np_pprof_sample(np_pprof_t *o, const np_site_t *s, double sum[NP_PPROF_VALUES])
{
    const double value[NP_PPROF_VALUES]
        = {s->total.objects, s->total.bytes, s->live.objects, s->live.bytes};

    for (uint32_t i = 0; i < s->depth; i++) {
        np_protobuf_varint(&o->part, (uint64_t) s->stack[i] + 1);
    }
    if (s->depth == 0) {
        np_protobuf_varint(&o->part, np_pprof_kind(o->x->profile, s->kind));
    }
    np_protobuf_part(&o->message, 1, &o->part);
    for (unsigned i = 0; i < NP_PPROF_VALUES; i++) {
        np_protobuf_varint(&o->part, (uint64_t) np_whole(&sum[i], value[i]));
    }
    np_protobuf_part(&o->message, 2, &o->part);
    np_pprof_message(o, NP_PPROF_SAMPLE);
}


static void
np_pprof_samples(np_pprof_t *o)
{
    const np_profile_t *p = o->x->profile;
    double              sum[NP_PPROF_VALUES] = {0};

    for (unsigned i = 0; i < p->nsites && !o->failed; i++) {
        if (!p->site[i].hidden) {
            np_pprof_sample(o, &p->site[i], sum);
        }
    }
}


static void
np_pprof_functions(np_pprof_t *o)
{
    for (uint32_t i = 0; i < o->functions.n && !o->failed; i++) {
        char *name = o->functions.string[i];
        char *linkage = strchr(name, '\n') + 1;
        char *file = strchr(linkage, '\n') + 1;

        linkage[-1] = file[-1] = '\0';
        np_protobuf_number(&o->message, 1, (uint64_t) i + 1);
        np_protobuf_number(&o->message, 2, np_pprof_string(o, name));
        np_protobuf_number(&o->message, 3, np_pprof_string(o, linkage));
        np_protobuf_number(&o->message, 4, np_pprof_string(o, file));
        np_pprof_message(o, NP_PPROF_FUNCTION);
    }
}


static void
np_pprof_write(np_pprof_t *o)
{
    const np_profile_t *p = o->x->profile;

    np_pprof_head(o);
    for (uint32_t i = 0; i < p->nmodules && !o->failed; i++) {
        np_pprof_mapping(o, i + 1, &p->module[i]);
    }
    np_pprof_mapping(o, p->nmodules + 1, NULL);
    np_pprof_places(o);
    np_pprof_kinds(o);
    np_pprof_samples(o);
    np_pprof_functions(o);
    for (uint32_t i = 0; i < o->strings.n && !o->failed; i++) {
        np_protobuf_bytes(&o->top, NP_PPROF_STRING, o->strings.string[i],
                          strlen(o->strings.string[i]));
        np_pprof_flush(o);
    }
}


int
np_export_pprof(FILE *f, const np_export_t *x)
{
    np_pprof_t o = {.x = x, .z = np_gzip_open(f)};

    if (o.z == NULL) {
        return -1;
    }
    np_pprof_write(&o);
    o.failed |= np_gzip_close(o.z) != 0;
    np_protobuf_fini(&o.top);
    np_protobuf_fini(&o.message);
    np_protobuf_fini(&o.part);
    np_strings_fini(&o.strings);
    np_strings_fini(&o.functions);
    return o.failed || ferror(f) ? -1 : 0;
}
