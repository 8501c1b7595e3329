#include "config.h"

#include "profile/np_rule.h"

#include <limits.h>
#include <stdatomic.h>
#include <string.h>

#include "base/np_attr.h"
#include "base/np_bits.h"
#include "os/np_mem.h"
#include "profile/np_arena.h"
#include "profile/np_image.h"

/* entries of the table at first; it doubles when three quarters are used, so
 * that what is in use lies close together */
#define NP_RULE_FIRST_BITS 11
/* no more rules of a generation than that: what comes then is learnt each
 * time */
#define NP_RULE_MOST_BITS 18
/* bits of an address; above it is what of the generation finds room there.
 * The rest is the epoch that the table is of. */
#define NP_RULE_ADDRESS     48
#define NP_RULE_GENERATIONS (1u << (64 - NP_RULE_ADDRESS))
/* 2^64 by the golden ratio: spreads addresses over the table */
#define NP_RULE_MIX 0x9e3779b97f4a7c15u

typedef struct {
    _Atomic uintptr_t xkey;  /* address and generation; 0: free */
    _Atomic uint64_t  xrule; /* np_rule_t */
} np_rule_entry_t;

/* What replaces one leaves it to readers that are still in it, without rules.
 * It is used again for the next one of its size: a reader of then looks at the
 * key once more behind the rule (np_rule_find). */
typedef struct {
    unsigned        bits;
    size_t          used;
    np_rule_entry_t entry[];
} np_rule_table_t;

_Static_assert(sizeof(np_rule_t) == sizeof(uint64_t), "read in one piece");

static _Atomic(np_rule_table_t *) np_rule_xtable;
static np_rule_table_t *np_rule_spare[NP_RULE_MOST_BITS + 1]; /* the lock */
static _Atomic unsigned np_rule_xepoch;


static np_rule_table_t *
np_rule_make_locked(unsigned bits)
{
    np_rule_table_t *table = np_rule_spare[bits];

    if (table != NULL) {
        np_rule_spare[bits] = NULL;
        return table;
    }

    table = np_arena_alloc_locked(sizeof(*table)
                                  + (sizeof(np_rule_entry_t) << bits));

    if (table != NULL) {
        table->bits = bits;
    }

    return table;
}


int
np_rule_init_locked(void)
{
    if (atomic_load(&np_rule_xtable) == NULL) {
        atomic_store(&np_rule_xtable, np_rule_make_locked(NP_RULE_FIRST_BITS));
    }

    return atomic_load(&np_rule_xtable) != NULL ? 0 : -1;
}


/* where the key is in the table, or would be */
NP_INLINE np_rule_entry_t *
np_rule_entry(np_rule_table_t *table, uintptr_t key)
{
    size_t           i = key * NP_RULE_MIX >> (64 - table->bits);
    np_rule_entry_t *e;
    uintptr_t        at;

    for (;; i = (i + 1) & (((size_t) 1 << table->bits) - 1)) {
        e = &table->entry[i];
        at = atomic_load_explicit(&e->xkey, memory_order_acquire);

        if (np_likely(at == key) || at == 0) {
            return e;
        }
    }
}


/* the rule before the key: who sees the key sees the rule.  And who sees the
 * rule sees that what had the place before is gone (np_rule_find). */
static void
np_rule_put(np_rule_table_t *table, uintptr_t key, uint64_t rule)
{
    np_rule_entry_t *e = np_rule_entry(table, key);

    atomic_store_explicit(&e->xrule, rule, memory_order_release);
    atomic_store_explicit(&e->xkey, key, memory_order_release);
    np_poke(table->used, table->used + 1);
}


/* 1 if the key is of that generation, in the table's epoch */
static int
np_rule_is_of(uintptr_t key, unsigned generation)
{
    return key >> NP_RULE_ADDRESS == generation % NP_RULE_GENERATIONS;
}


/* entries of that generation */
static size_t
np_rule_alive(np_rule_table_t *table, unsigned generation)
{
    size_t i, n = 0;

    for (i = 0; i < (size_t) 1 << table->bits; i++) {
        n += table->entry[i].xkey != 0
             && np_rule_is_of(table->entry[i].xkey, generation);
    }

    return n;
}


/* a table that has room, without the rules of generations that are gone; NULL:
 * there is none.  What no longer fits is not tried again and again: the count
 * takes long. */
static np_rule_table_t *
np_rule_renew_locked(np_rule_table_t *table, unsigned generation)
{
    static unsigned full = UINT_MAX;

    np_rule_table_t *to;
    unsigned         bits = table->bits;
    uintptr_t        key;
    size_t           i;

    if (full == generation) {
        return NULL;
    }

    bits += np_rule_alive(table, generation) > table->used / 2;

    if (bits > NP_RULE_MOST_BITS) {
        full = generation;
        return NULL;
    }

    to = np_rule_make_locked(bits);

    if (to == NULL) {
        return NULL;
    }

    for (i = 0; i < (size_t) 1 << table->bits; i++) {
        key = table->entry[i].xkey;

        if (key != 0 && np_rule_is_of(key, generation)) {
            np_rule_put(to, key, table->entry[i].xrule);
        }
    }

    return to;
}


static void
np_rule_clear(np_rule_entry_t *from, np_rule_entry_t *to)
{
    for (; from < to; from++) {
        atomic_store(&from->xkey, 0);
        atomic_store(&from->xrule, 0);
    }
}


/* readers of the table find no rule there from now on, or half an entry: a key
 * and no rule */
static void
np_rule_empty_locked(np_rule_table_t *table)
{
    np_rule_entry_t *end = &table->entry[(size_t) 1 << table->bits];
    uintptr_t        page = np_mem_page();
    uintptr_t        low = np_align_up((uintptr_t) table->entry, page);
    uintptr_t        high = (uintptr_t) end & ~(page - 1);

    if (low < high && np_mem_purge((void *) low, high - low) == 0) {
        np_rule_clear(table->entry, (np_rule_entry_t *) low);
        np_rule_clear((np_rule_entry_t *) high, end);

    } else {
        np_rule_clear(table->entry, end);
    }

    np_poke(table->used, 0);
}


/* Whoever is late, in a generation of an epoch before, adds nothing to the
 * table, and finds nothing there before this epoch has as many generations. */
void
np_rule_begin(unsigned generation)
{
    unsigned epoch = generation / NP_RULE_GENERATIONS;

    if (np_likely(atomic_load_explicit(&np_rule_xepoch, memory_order_acquire)
                  >= epoch)) {
        return;
    }

    np_lock(&np_profile_lock);

    if (atomic_load(&np_rule_xepoch) < epoch) {
        np_rule_empty_locked(atomic_load(&np_rule_xtable));
        atomic_store(&np_rule_xepoch, epoch);
    }

    np_unlock(&np_profile_lock);
}


static void
np_rule_add_locked(uintptr_t key, uint64_t rule, unsigned generation)
{
    np_rule_table_t *table = atomic_load(&np_rule_xtable);
    np_rule_table_t *old = table;

    if (generation / NP_RULE_GENERATIONS != atomic_load(&np_rule_xepoch)
        || atomic_load(&np_rule_entry(table, key)->xkey) == key) {
        return;
    }

    if (table->used >= (size_t) 3 << (table->bits - 2)) {
        table = np_rule_renew_locked(table, generation);

        if (table == NULL) {
            return;
        }

        atomic_store_explicit(&np_rule_xtable, table, memory_order_release);
        np_rule_empty_locked(old);
        np_rule_spare[old->bits] = old;
    }

    np_rule_put(table, key, rule);
}


static NP_NOINLINE np_rule_t
np_rule_learn(uintptr_t key, const np_frame_t *f, unsigned generation)
{
    np_rule_t rule = np_unwind_learn(f);
    uint64_t  bits;

    if (rule.kind == NP_RULE_UNKNOWN) {
        rule.kind = NP_RULE_DEAR;
        return rule;
    }

    memcpy(&bits, &rule, sizeof(bits));
    np_lock(&np_profile_lock);
    np_rule_add_locked(key, bits, generation);
    np_unlock(&np_profile_lock);

    return rule;
}


np_rule_t
np_rule_find(const np_frame_t *f, unsigned generation)
{
    uintptr_t        key = f->ip | (uintptr_t) generation << NP_RULE_ADDRESS;
    np_rule_table_t *table
        = atomic_load_explicit(&np_rule_xtable, memory_order_acquire);
    np_rule_entry_t *e = np_rule_entry(table, key);
    np_rule_t        rule;
    uint64_t         bits;

    /* another one may have been put where this one was to go */
    if (np_unlikely(atomic_load_explicit(&e->xkey, memory_order_acquire)
                    != key)) {
        return np_rule_learn(key, f, generation);
    }

    bits = atomic_load_explicit(&e->xrule, memory_order_acquire);

    if (np_unlikely(bits == 0
                    || atomic_load_explicit(&e->xkey, memory_order_relaxed)
                           != key)) {
        /* its table has just been retired, and is used again perhaps */
        return np_rule_learn(key, f, generation);
    }

    memcpy(&rule, &bits, sizeof(rule));

    return rule;
}


size_t
np_rule_count(void)
{
    np_rule_table_t *table = atomic_load(&np_rule_xtable);

    return table != NULL ? np_peek(table->used) : 0;
}
