#include "config.h"

#include "report/np_columns.h"

#include <stdlib.h>
#include <string.h>

#include "report/np_planes.h"

/* callers of the node before that may be the parent of the next */
#define NP_COLUMNS_UP 255
/* addresses remembered of those that were called from one */
#define NP_COLUMNS_RECENT   32
#define NP_COLUMNS_CALLERS  (1u << 13)
#define NP_COLUMNS_SEARCH   16384 /* and of all */
#define NP_COLUMNS_CONTEXTS 16
#define NP_COLUMNS_PAST     16 /* four fields, each the same or not */
#define NP_COLUMNS_LIKE     (1u << 16)
#define NP_COLUMNS_GUESS    (1u << 18)

typedef struct {
    size_t at, width, count; /* bytes, bytes, fields behind each other */
} np_columns_run_t;

static const np_columns_run_t np_columns_site[] = {
    {0, 4, 2},
    {offsetof(np_format_site_t, allocs), 8, 32},
    {offsetof(np_format_site_t, first_ms), 4, 4},
    {offsetof(np_format_site_t, half), 8, 14},
    {offsetof(np_format_site_t, size), 4, NP_SIZES + NP_LIVES + NP_TIMES},
    {0, 0, 0},
};

static const np_columns_run_t np_columns_time[] = {
    {0, 8, sizeof(np_format_time_t) / 8},
    {0, 0, 0},
};

#define NP_COLUMNS_MOST (2 + 32 + 4 + 14 + NP_SIZES + NP_LIVES + NP_TIMES)

_Static_assert(sizeof(np_format_site_t)
                   == 8 + 32 * 8 + 4 * 4 + sizeof(np_format_half_t) * 2
                          + 4 * (NP_SIZES + NP_LIVES + NP_TIMES),
               "each field of a site has a column");


/* a number's length in few steps */
static unsigned
np_columns_level(uint64_t v)
{
    return v == 0 ? 0 : v < 4 ? 1 : v < 256 ? 2 : 3;
}


static uint64_t
np_columns_get(const char *at, size_t width)
{
    uint64_t v = 0;

    memcpy(&v, at, width); /* little-endian */
    return v;
}


typedef struct {
    /* by what became of the fields before */
    np_coder_bit_t    same[NP_COLUMNS_MOST][NP_COLUMNS_PAST];
    np_coder_bit_t    guessed[NP_COLUMNS_MOST][NP_COLUMNS_PAST];
    np_coder_number_t number[NP_COLUMNS_MOST][NP_COLUMNS_CONTEXTS];
    /* what came last in that field behind the two values before it */
    uint64_t guess[NP_COLUMNS_GUESS];
    /* the last record that began like that, 0: none; behind it 1 is added */
    uint32_t like[NP_COLUMNS_LIKE];
} np_columns_numbers_t;


typedef struct {
    uint64_t left[2];    /* values of the fields before */
    uint64_t first;      /* how much happened at a site */
    unsigned past, hits; /* which of the last fields were as foretold */
} np_columns_context_t;


/* field k: what the like record has there, or what came behind such values
 * before, or any number */
static uint64_t
np_columns_value(np_coder_t *c, np_columns_numbers_t *m, size_t k,
                 np_columns_context_t *x, const char *like, size_t width,
                 uint64_t v)
{
    uint64_t  mix = (x->left[0] * 31 + x->left[1]) * 0x9e3779b97f4a7c15u + k;
    uint64_t *guess = &m->guess[mix * 0xff51afd7ed558ccdu >> 46];
    uint64_t  its = like != NULL ? np_columns_get(like, width) : 0;
    int       same, hit = 0;

    same = like != NULL && np_coder_bit(c, &m->same[k][x->past], v == its);
    if (same) {
        v = its;
    } else if (like == NULL || *guess != its) {
        hit = np_coder_bit(c, &m->guessed[k][x->hits], v == *guess);
        v = hit ? *guess : v;
        x->hits = (x->hits << 1 | (unsigned) hit) % NP_COLUMNS_PAST;
    }
    if (!same && !hit) {
        v = np_coder_number(c,
                            &m->number[k][np_columns_level(x->left[0]) << 2
                                          | np_columns_level(x->first)],
                            v);
    }
    x->past = (x->past << 1 | (unsigned) same) % NP_COLUMNS_PAST;
    x->left[1] = x->left[0];
    x->left[0] = *guess = v;
    return v;
}


/* a record's fields in a row.  After the first ones they are compared with
 * those of the last record that began with the same. */
static void
np_columns_row(np_coder_t *c, np_columns_numbers_t *m,
               const np_columns_run_t *runs, char *records, size_t size,
               size_t r)
{
    char                *record = records + r * size;
    char                *like = r > 0 ? record - size : NULL;
    np_columns_context_t context = {0};
    uint64_t             begin = 0, v;
    size_t               k = 0;

    for (; runs->count != 0; runs++) {
        for (size_t i = 0; i < runs->count; i++, k++) {
            size_t at = runs->at + i * runs->width;

            v = np_columns_value(c, m, k, &context,
                                 like != NULL ? like + at : NULL, runs->width,
                                 np_columns_get(record + at, runs->width));
            memcpy(record + at, &v, runs->width);
            /* how much happened at a site */
            context.first = k == 2 ? v : context.first;
            begin = (begin ^ (k == 2 || k == 3 ? v : 0)) * 0x9e3779b97f4a7c15u;
            if (k == 3) {
                uint32_t *last = &m->like[begin >> 48];

                if (*last != 0) {
                    like = records + (*last - 1) * size;
                    context.past = NP_COLUMNS_PAST - 1;
                }
                *last = (uint32_t) r + 1;
            }
        }
    }
}


static int
np_columns_numbers(np_coder_t *c, const np_columns_run_t *runs, char *records,
                   size_t size, size_t n)
{
    np_columns_numbers_t *m = calloc(1, sizeof(*m));
    size_t                i;

    if (m == NULL) {
        return -1;
    }
    for (i = 0; i < n && np_coder_is_whole(c); i++) {
        np_columns_row(c, m, runs, records, size, i);
    }
    free(m);
    return i < n;
}


/* bytes by the one before */
static int
np_columns_bytes(np_coder_t *c, unsigned char *bytes, size_t n)
{
    np_coder_bit_t(*tree)[256] = calloc(256, sizeof(*tree));
    unsigned before = 0;
    size_t   i;

    if (tree == NULL) {
        return -1;
    }
    for (i = 0; i < n && np_coder_is_whole(c); i++) {
        before = np_coder_byte(c, tree[before], bytes[i]);
        bytes[i] = (unsigned char) before;
    }
    free(tree);
    return i < n;
}


typedef struct {
    np_coder_bit_t    up[NP_COLUMNS_UP + 1];
    np_coder_bit_t    rank[NP_COLUMNS_RECENT + 1][3];
    np_coder_number_t parent, index, address, generation;
    np_coder_bit_t    known, same;
    unsigned          last; /* the last rank, in steps */

    uint64_t recent[NP_COLUMNS_CALLERS][NP_COLUMNS_RECENT];
    size_t   distinct;
    uint64_t seen[]; /* addresses, each once */
} np_columns_nodes_t;


/* how many callers up from node i - 1 the parent is, and which that is then.
 * Nodes refer to earlier ones, or this does not apply. */
static uint32_t
np_columns_parent(np_coder_t *c, np_columns_nodes_t *m,
                  const np_format_node_t *node, size_t i, uint32_t parent)
{
    size_t   at = i - 1;
    unsigned k;

    for (k = 0; i > 0 && k < NP_COLUMNS_UP; k++) {
        if (np_coder_bit(c, &m->up[k], c->writes && at == parent)) {
            return (uint32_t) at;
        }
        if (at == 0 || node[at].parent >= at) {
            break;
        }
        at = node[at].parent;
    }
    return (uint32_t) i
           - (uint32_t) np_coder_number(c, &m->parent, (uint32_t) i - parent);
}


/* signed numbers as small ones: 0, -1, 1, -2, ... and back */
static uint64_t
np_columns_fold(uint64_t v)
{
    return v << 1 ^ -(v >> 63);
}


static uint64_t
np_columns_unfold(uint64_t v)
{
    return v >> 1 ^ -(v & 1);
}


/* an address that was not called from there lately */
static uint64_t
np_columns_other(np_coder_t *c, np_columns_nodes_t *m, uint64_t address)
{
    uint64_t before = m->distinct > 0 ? m->seen[m->distinct - 1] : 0;
    uint64_t most
        = m->distinct < NP_COLUMNS_SEARCH ? m->distinct : NP_COLUMNS_SEARCH;
    uint64_t k = 0;

    /* the last of the others first */
    while (c->writes && k < most && m->seen[m->distinct - 1 - k] != address) {
        k++;
    }
    if (np_coder_bit(c, &m->known, k < most)) {
        k = np_coder_number(c, &m->index, k);
        return k < m->distinct ? m->seen[m->distinct - 1 - k] : 0;
    }
    k = np_coder_number(c, &m->address, np_columns_fold(address - before));
    address = before + np_columns_unfold(k);
    m->seen[m->distinct++] = address;
    return address;
}


static uint64_t
np_columns_address(np_coder_t *c, np_columns_nodes_t *m, uint64_t caller,
                   uint64_t address)
{
    uint64_t *r = m->recent[caller * 0x9e3779b97f4a7c15u >> 51];
    unsigned  k, step = m->last;

    for (k = 0; k < NP_COLUMNS_RECENT && r[k] != 0; k++) {
        if (np_coder_bit(c, &m->rank[k][step], r[k] == address)) {
            address = r[k];
            break;
        }
    }
    m->last = k == 0 ? 0 : k < 4 ? 1 : 2;
    if (k == NP_COLUMNS_RECENT || r[k] == 0) {
        address = np_columns_other(c, m, address);
        k = k < NP_COLUMNS_RECENT ? k : NP_COLUMNS_RECENT - 1;
    }
    memmove(r + 1, r, k * sizeof(r[0]));
    r[0] = address;
    return address;
}


static int
np_columns_nodes(np_coder_t *c, np_format_node_t *node, size_t n)
{
    np_columns_nodes_t *m = calloc(1, sizeof(*m) + n * sizeof(m->seen[0]));
    uint32_t            generation = 0;
    size_t              i;

    if (m == NULL) {
        return -1;
    }
    for (i = 0; i < n && np_coder_is_whole(c); i++) {
        uint32_t parent = np_columns_parent(c, m, node, i, node[i].parent);
        uint64_t caller = parent < i ? node[parent].address : 0;

        node[i].parent = parent;
        node[i].address = np_columns_address(c, m, caller, node[i].address);
        if (!np_coder_bit(c, &m->same, node[i].generation == generation)) {
            generation = (uint32_t) np_coder_number(c, &m->generation,
                                                    node[i].generation);
        }
        node[i].generation = generation;
    }
    free(m);
    return i < n;
}


/* each number by the one above */
static void
np_columns_fall(char *records, size_t size, size_t n, int undo)
{
    uint64_t v, b;

    for (size_t i = 1; i < n; i++) {
        char *r = records + (undo ? i : n - i) * size;

        for (size_t k = 0; k < size; k += sizeof(v)) {
            memcpy(&v, r + k, sizeof(v));
            memcpy(&b, r + k - size, sizeof(b));
            v = undo ? np_columns_unfold(v) + b : np_columns_fold(v - b);
            memcpy(r + k, &v, sizeof(v));
        }
    }
}


static int
np_columns_planes(np_coder_t *c, void *records, np_table_e t, size_t size,
                  size_t n)
{
    unsigned char *planes = malloc(n * size + 1);
    int            rc;

    if (planes == NULL) {
        return -1;
    }
    if (c->writes) {
        np_planes_make(planes, records, t, size, n);
    }
    rc = np_columns_bytes(c, planes, n * size);
    if (rc == 0 && !c->writes) {
        np_planes_undo(records, planes, t, size, n);
    }
    free(planes);
    return rc;
}


int
np_columns(np_coder_t *c, void *records, np_table_e t, size_t size, size_t n)
{
    int rc;

    switch (t) {
    case NP_TABLE_NODES:
        return np_columns_nodes(c, records, n);
    case NP_TABLE_SITES:
        if (c->writes) {
            np_planes_less(records, t, size, n);
        }
        rc = np_columns_numbers(c, np_columns_site, records, size, n);
        if (rc == 0 && !c->writes) {
            np_planes_more(records, t, size, n);
        }
        return rc;
    case NP_TABLE_TIMES:
        if (c->writes) {
            np_columns_fall(records, size, n, 0);
        }
        rc = np_columns_numbers(c, np_columns_time, records, size, n);
        if (rc == 0 && !c->writes) {
            np_columns_fall(records, size, n, 1);
        }
        return rc;
    default:
        return np_columns_planes(c, records, t, size, n);
    }
}
