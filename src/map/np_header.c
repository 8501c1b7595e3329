#include "config.h"

#include "map/np_header.h"

#include "base/np_check.h"
#include "map/np_ahead.h"
#include "map/np_run.h"
#include "map/np_window.h"

typedef struct np_header_free_s np_header_free_t;

struct np_header_free_s {
    np_header_free_t *next;
};

static struct {
    /* groups taken back, by size */
    np_header_free_t *free[NP_HEADER_GROUP_MAX + 1];
    /* the bump mark in bytes; record 0 is the null record */
    size_t last;
    char  *ahead; /* populated up to here */
} np_headers = {.last = NP_HEADER_SIZE};


/* n records from the front of a larger group, the rest a smaller one */
static void *
np_header_split(unsigned n)
{
    np_header_free_t *group;
    unsigned          k;

    for (k = n + 1; k <= NP_HEADER_GROUP_MAX; k++) {
        group = np_headers.free[k];

        if (group != NULL) {
            np_headers.free[k] = group->next;
            np_header_free_locked((char *) group + n * NP_HEADER_SIZE, k - n);
            return group;
        }
    }

    return NULL;
}


void *
np_header_alloc_locked(unsigned n)
{
    np_header_free_t *group = np_headers.free[n];
    void             *records;
    size_t            end;

    np_assert(n >= 1 && n <= NP_HEADER_GROUP_MAX);

    if (group != NULL) {
        np_headers.free[n] = group->next;
        return group;
    }

    end = np_headers.last + n * NP_HEADER_SIZE;

    if (np_window_reach_locked(NP_AREA_HEADERS, end) != 0) {
        records = np_header_split(n);

        if (records != NULL) {
            return records;
        }

        /* the heap may hold address space that it does not use */
        if (!np_run_shrink_locked()
            || np_window_reach_locked(NP_AREA_HEADERS, end) != 0) {
            return NULL;
        }
    }

    records = np_window_record((uint32_t) np_headers.last);
    np_headers.ahead = np_ahead(records,
                                (char *) np_window_record(0)
                                    + np_window_mapped(NP_AREA_HEADERS),
                                np_headers.ahead, np_headers.last);
    np_headers.last = end;

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
