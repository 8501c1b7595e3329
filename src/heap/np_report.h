#ifndef NP_REPORT_H
#define NP_REPORT_H

/*
 * Renderers of the statistics snapshot, for use inside the program that is
 * being run: they read np_stats_t and write np_out_t, and call nothing that
 * could allocate, lock or look at the locale.  One file a renderer:
 *
 *      np_report_text.c         the report at exit, for people
 *      np_report_json.c         the same figures, for programs (REPORT.md)
 *      np_report_malloc_info.c  what malloc_info(3) and malloc_stats(3) print
 *
 * What they share is in np_report_figures.h (sums, where the RSS goes) and
 * np_report_table.h (aligned columns).
 *
 * Any thread may call them; s and run belong to the caller and are only read.
 * The text needs about 4 KiB of stack.  Sums that do not fit 64 bits stop at
 * 2^64-1, differences at 0: a snapshot of a running process may be a few
 * calls off, and a report must not wrap around for that.
 */

#include <stdint.h>

#include "base/np_out.h"
#include "os/np_proc.h"
#include "heap/np_stats.h"

/* what the allocator does not know about the run */
typedef struct {
    const char      *command; /* any bytes; escaped by the renderer */
    int              pid;
    uint64_t         wall_ms; /* since the first allocation or so */
    uint64_t         user_us; /* processor time */
    uint64_t         sys_us;
    np_proc_memory_t memory; /* rss == 0: /proc could not be read */
} np_report_run_t;

/* human text; exact != 0: plain numbers of bytes and calls, for awk and diff,
 * in place of human units */
void np_report_text(np_out_t *o, const np_stats_t *s,
                    const np_report_run_t *run, int exact);

/* one JSON object and a newline; src/heap/REPORT.md says what each key is */
void np_report_json(np_out_t *o, const np_stats_t *s,
                    const np_report_run_t *run);

/*
 * XML with the elements and attributes of glibc 2.36's malloc_info(), as one
 * heap.  What they mean here:
 *
 *      size            free slots of one size class: from, to are the
 *                      requests that it serves
 *      total fast      all free slots; the next malloc of that size class
 *                      takes one
 *      total rest      all other memory that is not in the program's hands:
 *                      slots never handed out, dead ones, free runs
 *      total mmap      the large-block list
 *      system current  pools and free runs: small live + fast + rest
 *      aspace          address space of the heap and its tables
 */
void np_report_malloc_info(np_out_t *o, const np_stats_t *s);

/* the lines of glibc's malloc_stats(), with the figures of the XML above;
 * "max mmap regions" is the number now: no peak of it is kept */
void np_report_malloc_stats(np_out_t *o, const np_stats_t *s);

#endif
