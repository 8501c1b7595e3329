/*
 * Names for the addresses of a profile: the cache, and the strings.
 *
 * Files are opened when the first place in them is asked for, and once each:
 * a library that is loaded again and again is a module each time.  Strings
 * are kept once each, in a tree, so equal names are equal pointers.
 */
#include "config.h"

#include "report/np_symbols.h"

#include <inttypes.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "report/np_debug.h"
#include "report/np_demangle.h"
#include "report/np_escape.h"
#include "report/np_identity.h"

/* of modules of one path and build-id */
typedef struct {
    const np_module_t *module; /* the first of them */
    np_debug_t        *debug;  /* NULL: there is none */
} np_symbols_file_t;

typedef struct {
    np_symbols_file_t *file; /* NULL: not yet asked for */
    const char        *name; /* without folders, printable */
} np_symbols_module_t;

struct np_symbols_s {
    const np_profile_t  *p;
    np_symbols_options_t options;
    np_symbols_module_t *module;
    np_symbols_at_t    **at; /* by place; NULL: not yet looked up */
    void                *strings;
    void                *files;
    np_symbols_at_t      nowhere; /* when memory runs out */
};

static const np_symbol_t np_symbol_unknown
    = {.function = "?", .identity = "?"};


static int
np_symbols_compare(const void *a, const void *b)
{
    return strcmp(a, b);
}


/* takes a string, which is NULL when there was no memory for it; the one copy
 * of it, or NULL */
static const char *
np_symbols_keep(np_symbols_t *y, char *copy)
{
    void *found;

    if (copy == NULL) {
        return NULL;
    }
    found = tsearch(copy, &y->strings, np_symbols_compare);
    if (found == NULL || *(char **) found != copy) {
        free(copy);
    }
    return found == NULL ? NULL : *(char **) found;
}


/* the one copy of a string, printable; NULL when memory runs out */
static const char *
np_symbols_string(np_symbols_t *y, const char *s)
{
    char *copy = strdup(s);

    if (copy != NULL) {
        np_escape_text(copy);
    }
    return np_symbols_keep(y, copy);
}


np_symbols_t *
np_symbols_open(const np_profile_t *p, const np_symbols_options_t *o)
{
    np_symbols_t *y = calloc(1, sizeof(*y));

    if (y == NULL) {
        return NULL;
    }
    y->p = p;
    if (o != NULL) {
        y->options = *o;
    }
    y->nowhere.n = 1;
    y->nowhere.frame = &np_symbol_unknown;
    y->nowhere.module = "?";
    y->module = calloc((size_t) p->nmodules + 1, sizeof(*y->module));
    y->at = calloc((size_t) p->nplaces + 1, sizeof(*y->at));
    if (y->module == NULL || y->at == NULL) {
        np_symbols_free(y);
        return NULL;
    }
    return y;
}


static void
np_symbols_file_free(void *file)
{
    np_debug_close(((np_symbols_file_t *) file)->debug);
    free(file);
}


void
np_symbols_free(np_symbols_t *y)
{
    if (y == NULL) {
        return;
    }
    for (unsigned i = 0; y->at != NULL && i < y->p->nplaces; i++) {
        free(y->at[i]);
    }
    tdestroy(y->files, np_symbols_file_free);
    tdestroy(y->strings, free);
    free(y->module);
    free(y->at);
    free(y);
}


const char *
np_symbols_module(np_symbols_t *y, uint32_t module)
{
    const char *path, *slash, *name;

    if (module >= y->p->nmodules) {
        return "?";
    }
    if (y->module[module].name == NULL) {
        path = y->p->module[module].path;
        slash = strrchr(path, '/');
        path = slash != NULL && slash[1] != '\0' ? slash + 1 : path;
        name = np_symbols_string(y, path);
        y->module[module].name = name == NULL || *name == '\0' ? "?" : name;
    }
    return y->module[module].name;
}


static int
np_symbols_compare_files(const void *a, const void *b)
{
    const np_module_t *x = ((const np_symbols_file_t *) a)->module;
    const np_module_t *y = ((const np_symbols_file_t *) b)->module;
    int                order;

    if (x->build_id_length != y->build_id_length) {
        return x->build_id_length < y->build_id_length ? -1 : 1;
    }
    order = memcmp(x->build_id, y->build_id, x->build_id_length);
    return order != 0 ? order : strcmp(x->path, y->path);
}


static void
np_symbols_open_file(np_symbols_t *y, np_symbols_file_t *file)
{
    const char *path;
    int         differs;

    file->debug = np_debug_open(file->module, &y->options, &differs);
    if (differs && y->options.warnings != NULL) {
        path = np_symbols_string(y, file->module->path);
        (void) fprintf(y->options.warnings,
                       "ngxpool: %s is not the file that ran (its build-id "
                       "differs)%s\n",
                       path == NULL ? "?" : path,
                       file->debug != NULL ? ""
                                           : "; its functions have no names");
    }
}


/* NULL: there is none, or no memory */
static np_debug_t *
np_symbols_debug(np_symbols_t *y, uint32_t module)
{
    np_symbols_module_t *m = &y->module[module];
    np_symbols_file_t   *file;
    void                *found;

    if (m->file != NULL) {
        return m->file->debug;
    }
    file = calloc(1, sizeof(*file));
    if (file == NULL) {
        return NULL;
    }
    file->module = &y->p->module[module];
    found = tsearch(file, &y->files, np_symbols_compare_files);
    if (found == NULL || *(np_symbols_file_t **) found != file) {
        free(file);
    } else {
        np_symbols_open_file(y, file);
    }
    if (found == NULL) {
        return NULL;
    }
    m->file = *(np_symbols_file_t **) found;
    return m->file->debug;
}


/* -1: no memory */
static int
np_symbols_identify(np_symbols_t *y, np_symbol_t *s, const char *module,
                    const char *scope)
{
    const char *file = scope != NULL ? np_symbols_string(y, scope) : NULL;

    if (s->function != NULL) {
        s->identity
            = np_symbols_keep(y, np_identity_of(s->function, module, file));
    }
    return s->identity != NULL ? 0 : -1;
}


/* -1: no memory */
static int
np_symbols_name(np_symbols_t *y, np_symbol_t *s, const np_debug_frame_t *f,
                const char *module)
{
    char *plain = f->linkage != NULL ? np_demangle(f->linkage) : NULL;

    s->linkage = f->linkage != NULL ? np_symbols_string(y, f->linkage) : NULL;
    if (plain != NULL) {
        s->function = np_symbols_string(y, plain);
    } else if (f->name != NULL) {
        s->function = np_symbols_string(y, f->name);
    } else {
        s->function = s->linkage != NULL ? s->linkage : "?";
    }
    free(plain);
    s->known = f->name != NULL || f->linkage != NULL;
    s->file = f->file != NULL ? np_symbols_string(y, f->file) : NULL;
    s->line = f->line;
    return np_symbols_identify(y, s, module, f->scope);
}


/* "libx.so+0x12 (near f)" */
static int
np_symbols_offset(np_symbols_t *y, np_symbol_t *s, const np_place_t *place,
                  const char *near)
{
    char       *plain = near != NULL ? np_demangle(near) : NULL, *text;
    const char *name = plain != NULL ? plain : near;
    int         n;

    if (place->module == NP_NO_MODULE) {
        n = asprintf(&text, "0x%" PRIx64, place->file);
    } else {
        n = asprintf(&text, "%s+0x%" PRIx64 "%s%s%s",
                     np_symbols_module(y, place->module), place->file,
                     name != NULL ? " (near " : "", name != NULL ? name : "",
                     name != NULL ? ")" : "");
    }
    free(plain);
    if (n < 0) {
        return -1;
    }
    s->function = s->identity = np_symbols_string(y, text);
    free(text);
    return s->function != NULL ? 0 : -1;
}


static np_symbols_at_t *
np_symbols_look(np_symbols_t *y, const np_place_t *place)
{
    np_debug_found_t found;
    np_debug_t      *d = NULL;
    np_symbols_at_t *at;
    np_symbol_t     *frame;
    unsigned         n;
    int              rc = 0;

    found.n = 0;
    found.near = NULL;
    found.start = 0;
    if (place->module != NP_NO_MODULE) {
        d = np_symbols_debug(y, place->module);
    }
    if (d != NULL) {
        np_debug_find(d, place->file, &found);
    }
    n = found.n == 0 ? 1 : found.n;
    at = calloc(1, sizeof(*at) + n * sizeof(*frame));
    if (at == NULL) {
        return NULL;
    }
    frame = (np_symbol_t *) (at + 1);
    at->n = n;
    at->frame = frame;
    at->module = np_symbols_module(y, place->module);
    at->start = found.start;
    if (found.n == 0) {
        rc = np_symbols_offset(y, frame, place, found.near);
    }
    for (unsigned i = 0; i < found.n && rc == 0; i++) {
        rc = np_symbols_name(y, &frame[i], &found.frame[i], at->module);
        frame[i].inlined = i + 1 < found.n;
    }
    if (rc != 0) {
        free(at);
        return NULL;
    }
    return at;
}


const np_symbols_at_t *
np_symbols_at(np_symbols_t *y, uint32_t place)
{
    if (place >= y->p->nplaces) {
        return &y->nowhere;
    }
    if (y->at[place] == NULL) {
        y->at[place] = np_symbols_look(y, &y->p->place[place]);
    }
    return y->at[place] != NULL ? y->at[place] : &y->nowhere;
}


unsigned
np_symbols_shared(const np_symbols_at_t *a, const np_symbols_at_t *b)
{
    unsigned n = 0;

    if (a->start == 0 || a->start != b->start || a->module != b->module) {
        return 0;
    }
    while (n < a->n && n < b->n
           && strcmp(a->frame[a->n - 1 - n].function,
                     b->frame[b->n - 1 - n].function)
                  == 0) {
        n++;
    }
    return n;
}


void
np_symbols_pass(np_symbols_t *y, uint32_t place)
{
    const np_symbols_at_t *at = np_symbols_at(y, place);

    if (at != &y->nowhere) {
        /* the frames lie behind it, and are ours */
        ((np_symbol_t *) (y->at[place] + 1))->passes = 1;
    }
}


const char *
np_symbol_text(const np_symbol_t *s, char *buf, size_t size)
{
    const char *slash;

    if (s->file == NULL || s->line == 0) {
        (void) snprintf(buf, size, "%s", s->function);
        return buf;
    }
    slash = strrchr(s->file, '/');
    (void) snprintf(buf, size, "%s (%s:%u)", s->function,
                    slash != NULL ? slash + 1 : s->file, s->line);
    return buf;
}
