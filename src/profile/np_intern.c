#include "config.h"

#include "profile/np_intern.h"

#include <stdatomic.h>
#include <stddef.h>

#include "profile/np_arena.h"
#include "profile/np_image.h"
#include "profile/np_module.h"
#include "profile/np_unwind.h"

#define NP_INTERN_FIRST 4096 /* entries of a table at first; doubled */
#define NP_INTERN_SEED  0x243f6a8885a308d3u
#define NP_INTERN_MIX   0x9e3779b97f4a7c15u

/* Open addressing; at most three quarters full.  A table that became too small
 * is left to readers that are still in it.  Values are two numbers of 32 bits:
 *
 *      sites   the stack's hash -> site, generation in which that was found
 *      nodes   address, its module, the caller's node -> node, its site or 0
 */
typedef struct {
    _Atomic uint64_t xkey; /* 0: free */
    _Atomic uint64_t xvalue;
} np_intern_entry_t;

typedef struct {
    size_t            size;
    size_t            used;
    np_intern_entry_t entry[];
} np_intern_table_t;

static _Atomic(np_intern_table_t *) np_intern_xsites;
static _Atomic(np_intern_table_t *) np_intern_xnodes; /* profile lock */
static np_intern_entry_t np_intern_root; /* of stacks without an address */


static uint64_t
np_intern_hash(uint64_t h, uint64_t v)
{
    h = (h ^ v) * NP_INTERN_MIX;

    return h ^ h >> 29;
}


static uint64_t
np_intern_pair(uint32_t low, uint32_t high)
{
    return low | (uint64_t) high << 32;
}


static uint32_t
np_intern_low(uint64_t pair)
{
    return (uint32_t) pair;
}


static uint32_t
np_intern_high(uint64_t pair)
{
    return (uint32_t) (pair >> 32);
}


/* the entry of the key, or the free one where it is to be */
static np_intern_entry_t *
np_intern_entry(np_intern_table_t *table, uint64_t key)
{
    size_t   i = key & (table->size - 1);
    uint64_t at;

    for (;; i = (i + 1) & (table->size - 1)) {
        at = atomic_load_explicit(&table->entry[i].xkey, memory_order_acquire);

        if (at == key || at == 0) {
            return &table->entry[i];
        }
    }
}


/* the value of the key; 0: it has none.  A free entry has none yet when its
 * key is seen. */
static uint64_t
np_intern_look(np_intern_table_t *table, uint64_t key)
{
    np_intern_entry_t *e = np_intern_entry(table, key);

    return atomic_load_explicit(&e->xkey, memory_order_acquire) == key
               ? atomic_load_explicit(&e->xvalue, memory_order_relaxed)
               : 0;
}


static np_intern_entry_t *
np_intern_put(np_intern_table_t *table, uint64_t key, uint64_t value)
{
    np_intern_entry_t *e = np_intern_entry(table, key);

    table->used += e->xkey == 0;
    atomic_store_explicit(&e->xvalue, value, memory_order_relaxed);
    atomic_store_explicit(&e->xkey, key, memory_order_release);

    return e;
}


static np_intern_table_t *
np_intern_make_locked(size_t size)
{
    np_intern_table_t *table = np_arena_alloc_locked(
        sizeof(*table) + size * sizeof(np_intern_entry_t));

    if (table != NULL) {
        table->size = size;
    }

    return table;
}


int
np_intern_init_locked(void)
{
    if (atomic_load(&np_intern_xsites) == NULL) {
        atomic_store(&np_intern_xsites,
                     np_intern_make_locked(NP_INTERN_FIRST));
        atomic_store(&np_intern_xnodes,
                     np_intern_make_locked(NP_INTERN_FIRST));
    }

    return atomic_load(&np_intern_xsites) != NULL
                   && atomic_load(&np_intern_xnodes) != NULL
               ? 0
               : -1;
}


/* room for a new key: 0, or -1 if a larger table cannot be had */
static int
np_intern_room_locked(_Atomic(np_intern_table_t *) *xtable)
{
    np_intern_table_t *table = atomic_load(xtable);
    np_intern_table_t *larger;
    size_t             i;

    if (table->used >= table->size / 4 * 3) {
        larger = np_intern_make_locked(2 * table->size);

        if (larger == NULL) {
            return -1;
        }

        for (i = 0; i < table->size; i++) {
            if (table->entry[i].xkey != 0) {
                (void) np_intern_put(larger, table->entry[i].xkey,
                                     table->entry[i].xvalue);
            }
        }

        atomic_store_explicit(xtable, larger, memory_order_release);
    }

    return 0;
}


/* The node of address ip called from parent; NULL: no room.  An address in a
 * module has one node as long as that is loaded, however many others are not
 * any more. */
static np_intern_entry_t *
np_intern_node_locked(uintptr_t ip, uint32_t parent, unsigned generation)
{
    uint64_t from = np_intern_pair(
        np_module_from(ip & ~NP_UNWIND_EXACT, generation), parent);
    uint64_t key = np_intern_hash(np_intern_hash(NP_INTERN_SEED, ip), from);
    np_intern_entry_t *e;
    np_format_node_t  *record;

    key += key == 0;
    e = np_intern_entry(atomic_load(&np_intern_xnodes), key);

    if (e->xkey == key) {
        return e;
    }

    /* a record that is not found again would be appended again and again */
    if (np_intern_room_locked(&np_intern_xnodes) != 0) {
        np_image_lose(NP_TABLE_NODES);
        return NULL;
    }

    record = np_image_append_locked(NP_TABLE_NODES);

    if (record == NULL) {
        return NULL;
    }

    record->address = ip & ~NP_UNWIND_EXACT;
    record->parent = parent;
    record->generation
        = generation << 1 | (ip & NP_UNWIND_EXACT ? NP_NODE_EXACT : 0);

    return np_intern_put(atomic_load(&np_intern_xnodes), key,
                         np_image.header->table[NP_TABLE_NODES].used - 1);
}


/* the site of the stack that ends at that node, new if it has none; 0: no
 * room */
static uint32_t
np_intern_leaf_locked(np_intern_entry_t *leaf)
{
    uint32_t          node = np_intern_low(leaf->xvalue);
    uint32_t          site = np_intern_high(leaf->xvalue);
    np_format_site_t *record;

    if (site != 0) {
        return site;
    }

    record = np_image_append_locked(NP_TABLE_SITES);

    if (record == NULL) {
        return 0;
    }

    record->node = node;
    record->peak_epoch = np_image.header->peak_epoch;
    record->half_epoch = np_image.header->half_epoch;
    site = np_image.header->table[NP_TABLE_SITES].used - 1;
    leaf->xvalue = np_intern_pair(node, site);

    return site;
}


static uint32_t
np_intern_site_locked(uint64_t key, const uintptr_t *ip, unsigned n,
                      unsigned generation)
{
    np_intern_entry_t *leaf = &np_intern_root;
    uint64_t           known;
    uint32_t           site;

    /* another thread may have been here before */
    known = np_intern_look(atomic_load(&np_intern_xsites), key);

    if (known != 0 && np_intern_high(known) == generation) {
        return np_intern_low(known);
    }

    if (np_intern_room_locked(&np_intern_xsites) != 0) {
        np_image_lose(NP_TABLE_SITES);
        return NP_SITE_OVERFLOW;
    }

    while (n-- > 0) {
        leaf = np_intern_node_locked(ip[n], np_intern_low(leaf->xvalue),
                                     generation);

        if (leaf == NULL) {
            return NP_SITE_OVERFLOW;
        }
    }

    site = np_intern_leaf_locked(leaf);

    if (site == 0) {
        return NP_SITE_OVERFLOW;
    }

    (void) np_intern_put(atomic_load(&np_intern_xsites), key,
                         np_intern_pair(site, generation));

    return site;
}


uint32_t
np_intern_find(uint64_t hash, unsigned generation)
{
    uint64_t known = np_intern_look(
        atomic_load_explicit(&np_intern_xsites, memory_order_acquire),
        hash + (hash == 0));

    return np_intern_high(known) == generation ? np_intern_low(known) : 0;
}


/* 1 if there is no room for another site: found out without the lock, since a
 * program that has filled the table comes here often */
static int
np_intern_is_full(void)
{
    np_format_table_t *table;

    if (np_image.header == NULL) {
        return 1;
    }

    table = &np_image.header->table[NP_TABLE_SITES];

    if (np_peek(table->used) < table->capacity) {
        return 0;
    }

    np_image_lose(NP_TABLE_SITES);

    return 1;
}


uint32_t
np_intern_add(uint64_t hash, const uintptr_t *ip, unsigned n,
              unsigned generation)
{
    uint32_t site;
    unsigned i;

    if (np_intern_is_full()) {
        return NP_SITE_OVERFLOW;
    }

    for (i = 0; i < n; i++) {
        if (!np_module_knows(ip[i] & ~NP_UNWIND_EXACT)) {
            np_module_look();
            break;
        }
    }

    np_lock(&np_profile_lock);
    site = np_image.header != NULL
               ? np_intern_site_locked(hash + (hash == 0), ip, n, generation)
               : NP_SITE_OVERFLOW;
    np_unlock(&np_profile_lock);

    return site;
}
