#include "config.h"

#include "map/np_header.h"

#include "base/np_check.h"
#include "map/np_window.h"

typedef struct np_header_free_s np_header_free_t;

struct np_header_free_s {
    np_header_free_t *next;
};

static struct {
    /* groups taken back, by size */
    np_header_free_t *free[NP_HEADER_GROUP_MAX + 1];
    /* the bump mark in bytes; record 0 is the null record */
    size_t            last;
} np_headers = {.last = NP_HEADER_SIZE};


void *
np_header_alloc_locked(unsigned n)
{
    np_header_free_t *group = np_headers.free[n];
    void             *records;

    np_assert(n >= 1 && n <= NP_HEADER_GROUP_MAX);

    if (group != NULL) {
        np_headers.free[n] = group->next;
        return group;
    }

    if (np_window_reach_locked(NP_AREA_HEADERS,
                               np_headers.last + n * NP_HEADER_SIZE)
        != 0)
    {
        return NULL;
    }

    records = np_window_record((uint32_t) np_headers.last);
    np_headers.last += n * NP_HEADER_SIZE;

    return records;
}


void
np_header_free_locked(void *records, unsigned n)
{
    np_header_free_t *group = records;

    group->next = np_headers.free[n];
    np_headers.free[n] = group;
}


size_t
np_header_used(void)
{
    return np_headers.last;
}
