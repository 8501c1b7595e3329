#include "config.h"

#include "map/np_huge.h"

#include "base/np_check.h"
#include "map/np_apart.h"
#include "os/np_mem.h"
#include "os/np_proc.h"

typedef struct {
    uintptr_t address; /* 0: empty */
    uint32_t  record;
} np_huge_slot_t;

static struct {
    np_huge_slot_t *slots;
    size_t          size; /* a power of two, or 0 */
    size_t          count;
} np_huge;


static size_t
np_huge_home(uintptr_t address, size_t size)
{
    return np_proc_mix(address) & (size - 1);
}


/* the slot that holds the address, or the empty one where it belongs */
static np_huge_slot_t *
np_huge_slot(np_huge_slot_t *slots, size_t size, uintptr_t address)
{
    size_t i = np_huge_home(address, size);

    while (slots[i].address != 0 && slots[i].address != address) {
        i = (i + 1) & (size - 1);
    }

    return &slots[i];
}


static int
np_huge_grow(void)
{
    size_t          few = np_mem_page() / sizeof(np_huge_slot_t);
    size_t          size = np_huge.size != 0 ? 2 * np_huge.size : few;
    np_huge_slot_t *slots
        = np_apart_map(size * sizeof(np_huge_slot_t), np_mem_page());
    size_t i;

    if (slots == NULL) {
        return -1;
    }

    for (i = 0; i < np_huge.size; i++) {
        if (np_huge.slots[i].address != 0) {
            *np_huge_slot(slots, size, np_huge.slots[i].address)
                = np_huge.slots[i];
        }
    }

    if (np_huge.size != 0) {
        np_mem_unmap(np_huge.slots, np_huge_table_bytes());
    }

    np_huge.slots = slots;
    np_huge.size = size;

    return 0;
}


int
np_huge_insert_locked(const void *m, uint32_t record)
{
    np_huge_slot_t *slot;

    if (2 * (np_huge.count + 1) > np_huge.size && np_huge_grow() != 0) {
        return -1;
    }

    slot = np_huge_slot(np_huge.slots, np_huge.size, (uintptr_t) m);
    np_assert(slot->address == 0);
    slot->address = (uintptr_t) m;
    slot->record = record;
    np_huge.count++;

    return 0;
}


uint32_t
np_huge_find_locked(const void *m)
{
    np_huge_slot_t *slot;

    if (np_huge.count == 0 || m == NULL) {
        return 0;
    }

    slot = np_huge_slot(np_huge.slots, np_huge.size, (uintptr_t) m);

    return slot->address != 0 ? slot->record : 0;
}


/* the slots behind the hole move up where that brings them nearer home
 * (Knuth, TAOCP 3, 6.4, algorithm R) */
void
np_huge_remove_locked(const void *m)
{
    size_t mask = np_huge.size - 1;
    size_t hole, i, home;

    hole = (size_t) (np_huge_slot(np_huge.slots, np_huge.size, (uintptr_t) m)
                     - np_huge.slots);
    np_assert(np_huge.slots[hole].address == (uintptr_t) m);

    for (i = (hole + 1) & mask; np_huge.slots[i].address != 0;
         i = (i + 1) & mask) {
        home = np_huge_home(np_huge.slots[i].address, np_huge.size);

        if (((i - home) & mask) >= ((i - hole) & mask)) {
            np_huge.slots[hole] = np_huge.slots[i];
            hole = i;
        }
    }

    np_huge.slots[hole].address = 0;
    np_huge.count--;
}


size_t
np_huge_table_bytes(void)
{
    return np_huge.size * sizeof(np_huge_slot_t);
}
