#include "config.h"

#include "profile/np_rule.h"

#include <stdatomic.h>
#include <string.h>

#include "base/np_attr.h"
#include "profile/np_arena.h"
#include "profile/np_image.h"

/* entries of the table at first; it doubles when it is half full, so that what
 * is in use lies close together */
#define NP_RULE_FIRST_BITS 11
/* no more rules than that: what comes then is learnt each time */
#define NP_RULE_MOST_BITS 18
/* 2^64 by the golden ratio: spreads addresses over the table */
#define NP_RULE_MIX 0x9e3779b97f4a7c15u

typedef struct {
    _Atomic uintptr_t xkey;  /* address and generation; 0: free */
    _Atomic uint64_t  xrule; /* np_rule_t */
} np_rule_entry_t;

/* one that became too small is left to readers that are still in it */
typedef struct {
    unsigned        bits;
    size_t          used;
    np_rule_entry_t entry[];
} np_rule_table_t;

_Static_assert(sizeof(np_rule_t) == sizeof(uint64_t), "read in one piece");

static _Atomic(np_rule_table_t *) np_rule_xtable;


static np_rule_table_t *
np_rule_make_locked(unsigned bits)
{
    np_rule_table_t *table = np_arena_alloc_locked(
        sizeof(*table) + (sizeof(np_rule_entry_t) << bits));

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


/* the rule before the key: who sees the key sees the rule */
static void
np_rule_put(np_rule_table_t *table, uintptr_t key, uint64_t rule)
{
    np_rule_entry_t *e = np_rule_entry(table, key);

    atomic_store_explicit(&e->xrule, rule, memory_order_relaxed);
    atomic_store_explicit(&e->xkey, key, memory_order_release);
    np_poke(table->used, table->used + 1);
}


static void
np_rule_add_locked(uintptr_t key, uint64_t rule)
{
    np_rule_table_t *table = atomic_load(&np_rule_xtable);
    np_rule_table_t *larger;
    size_t           i;

    if (atomic_load(&np_rule_entry(table, key)->xkey) == key) {
        return;
    }

    if (table->used >= (size_t) 1 << (table->bits - 1)) {
        larger = table->bits < NP_RULE_MOST_BITS
                     ? np_rule_make_locked(table->bits + 1)
                     : NULL;

        if (larger == NULL) {
            return;
        }

        for (i = 0; i < (size_t) 1 << table->bits; i++) {
            if (table->entry[i].xkey != 0) {
                np_rule_put(larger, table->entry[i].xkey,
                            table->entry[i].xrule);
            }
        }

        atomic_store_explicit(&np_rule_xtable, larger, memory_order_release);
        table = larger;
    }

    np_rule_put(table, key, rule);
}


static NP_NOINLINE np_rule_t
np_rule_learn(uintptr_t key, const np_frame_t *f)
{
    np_rule_t rule = np_unwind_learn(f);
    uint64_t  bits;

    if (rule.kind == NP_RULE_UNKNOWN) {
        rule.kind = NP_RULE_DEAR;
        return rule;
    }

    memcpy(&bits, &rule, sizeof(bits));
    np_lock(&np_profile_lock);
    np_rule_add_locked(key, bits);
    np_unlock(&np_profile_lock);

    return rule;
}


np_rule_t
np_rule_find(const np_frame_t *f, unsigned generation)
{
    uintptr_t        key = f->ip | (uintptr_t) generation << 48;
    np_rule_table_t *table
        = atomic_load_explicit(&np_rule_xtable, memory_order_acquire);
    np_rule_entry_t *e = np_rule_entry(table, key);
    np_rule_t        rule;
    uint64_t         bits;

    /* another one may have been put where this one was to go */
    if (np_unlikely(atomic_load_explicit(&e->xkey, memory_order_acquire)
                    != key)) {
        return np_rule_learn(key, f);
    }

    bits = atomic_load_explicit(&e->xrule, memory_order_relaxed);
    memcpy(&rule, &bits, sizeof(rule));

    return rule;
}


size_t
np_rule_count(void)
{
    np_rule_table_t *table = atomic_load(&np_rule_xtable);

    return table != NULL ? np_peek(table->used) : 0;
}
