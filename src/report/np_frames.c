/*
 * What the exports share: stacks with inlined functions as frames of their
 * own, and numbers and strings as those formats want them.
 */
#include "config.h"

#include "report/np_frames.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/np_figure.h"
#include "report/np_utf8.h"

/* within the range of int64_t, whatever a profile claims */
#define NP_WHOLE_MAX 4e18

/* readers that know integers know those below at least */
#define NP_JSON_WHOLE 1e15


static int
np_frames_room(np_frames_t *list, unsigned n)
{
    unsigned    capacity = list->capacity == 0 ? 64 : list->capacity;
    np_frame_t *frame;

    while (capacity < n) {
        capacity *= 2;
    }
    if (capacity == list->capacity) {
        return 0;
    }
    frame = realloc(list->frame, capacity * sizeof(*frame));
    if (frame == NULL) {
        return -1;
    }
    list->frame = frame;
    list->capacity = capacity;
    return 0;
}


static int
np_frames_place(np_frames_t *list, const np_export_t *x, uint32_t place)
{
    const np_symbols_at_t *at = np_symbols_at(x->symbols, place);
    uint64_t address = np_frame_address(&x->profile->place[place]);

    if (np_frames_room(list, list->n + at->n) != 0) {
        return -1;
    }
    for (unsigned i = 0; i < at->n; i++) {
        const np_symbol_t *y = &at->frame[i];
        np_frame_t        *r = &list->frame[list->n++];

        r->function = y->function;
        r->linkage = y->linkage;
        r->file = y->file;
        r->module = at->module;
        r->line = y->line;
        r->address = address;
    }
    return 0;
}


int
np_frames_of(np_frames_t *list, const np_export_t *x, const np_site_t *s)
{
    list->n = 0;
    for (uint32_t i = 0; i < s->depth; i++) {
        if (np_frames_place(list, x, s->stack[i]) != 0) {
            return -1;
        }
    }
    if (list->n == 0) {
        if (np_frames_room(list, 1) != 0) {
            return -1;
        }
        memset(&list->frame[0], 0, sizeof(list->frame[0]));
        list->frame[0].function = np_figure_title(s);
        list->frame[0].module = "";
        list->n = 1;
    }
    return 0;
}


void
np_frames_fini(np_frames_t *list)
{
    free(list->frame);
    memset(list, 0, sizeof(*list));
}


uint64_t
np_frame_address(const np_place_t *place)
{
    return place->address - (place->exact || place->address == 0 ? 0 : 1);
}


int64_t
np_whole(double *sum, double value)
{
    double before = *sum;

    if (!(value > 0)) {
        return 0;
    }
    *sum = fmin(before + value, NP_WHOLE_MAX);
    return llround(*sum) - llround(before);
}


void
np_json_put_number(FILE *f, double value)
{
    if (!isfinite(value)) {
        (void) fputs("null", f);
    } else if (fabs(value) >= NP_JSON_WHOLE) {
        (void) fprintf(f, "%.17g", value);
    } else {
        (void) fprintf(f, "%.*f", value == floor(value) ? 0 : 3, value);
    }
}


int
np_json_put_string(FILE *f, const char *s)
{
    char *copy = np_utf8_copy(s);

    if (copy == NULL) {
        return -1;
    }
    (void) fputc('"', f);
    for (const char *p = copy; *p != '\0'; p++) {
        if ((unsigned char) *p < 0x20) {
            (void) fprintf(f, "\\u%04x", (unsigned) *p);
        } else {
            if (*p == '"' || *p == '\\') {
                (void) fputc('\\', f);
            }
            (void) fputc(*p, f);
        }
    }
    (void) fputc('"', f);
    free(copy);
    return 0;
}
