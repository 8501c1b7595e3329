/*
 * Strings that occur often, once each: an array, and a hash table of its
 * indexes with linear probing, at most half full.
 */
#include "config.h"

#include "report/np_strings.h"

#include <stdlib.h>
#include <string.h>


/* FNV-1a (Fowler, Noll, Vo), 64 bits, folded */
static uint32_t
np_strings_hash(const char *s)
{
    uint64_t h = 0xcbf29ce484222325u;

    for (; *s != '\0'; s++) {
        h = (h ^ (unsigned char) *s) * 0x100000001b3u;
    }
    return (uint32_t) (h ^ h >> 32);
}


/* the slot of s, or the free one where it belongs */
static uint32_t *
np_strings_slot(const np_strings_t *t, const char *s)
{
    uint32_t i = np_strings_hash(s) & (t->slots - 1);

    while (t->slot[i] != 0 && strcmp(t->string[t->slot[i] - 1], s) != 0) {
        i = (i + 1) & (t->slots - 1);
    }
    return &t->slot[i];
}


static int
np_strings_grow(np_strings_t *t)
{
    uint32_t  n = t->capacity == 0 ? 64 : t->capacity * 2;
    char    **string;
    uint32_t *slot;

    if (n > UINT32_MAX / 4) {
        return -1;
    }
    string = realloc(t->string, n * sizeof(*string));
    if (string == NULL) {
        return -1;
    }
    t->string = string;
    slot = calloc((size_t) n * 2, sizeof(*slot));
    if (slot == NULL) {
        return -1;
    }
    free(t->slot);
    t->slot = slot;
    t->slots = n * 2;
    t->capacity = n;
    for (uint32_t i = 0; i < t->n; i++) {
        *np_strings_slot(t, t->string[i]) = i + 1;
    }
    return 0;
}


void
np_strings_fini(np_strings_t *t)
{
    for (uint32_t i = 0; i < t->n; i++) {
        free(t->string[i]);
    }
    free(t->string);
    free(t->slot);
    memset(t, 0, sizeof(*t));
}


uint32_t
np_strings_number(np_strings_t *t, const char *s)
{
    uint32_t *slot;

    if (t->n == t->capacity && np_strings_grow(t) != 0) {
        return NP_STRINGS_FAILED;
    }
    slot = np_strings_slot(t, s);
    if (*slot != 0) {
        return *slot - 1;
    }
    t->string[t->n] = strdup(s);
    if (t->string[t->n] == NULL) {
        return NP_STRINGS_FAILED;
    }
    *slot = ++t->n;
    return t->n - 1;
}
