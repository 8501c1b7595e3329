#ifndef NP_IMAGE_H
#define NP_IMAGE_H

/*
 * The profile file, mapped: the records of src/format/np_format.h in place.
 * Sparse, of bounded size; whatever is written is in the page cache at once,
 * so that it survives the process, however that ends.
 *
 * A page of a full disk would kill the program with SIGBUS when it is first
 * written to.  So no page is touched before np_image_reserve_locked() has had
 * the kernel allocate it; if it refuses, the table has no more room, and the
 * record is counted as lost.  It is not asked again for each record, which
 * would be for each allocation, but when np_image_retry_locked() says so.
 *
 * Only the process that created a file writes to it: the child of a fork
 * makes one of its own (np_image_copy_locked), and a copy of the process that
 * was made without fork handlers writes to none (np_image_is_ours).  Profile
 * lock held.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/np_attr.h"
#include "base/np_lock.h"
#include "format/np_format.h"
#include "os/np_stray.h"

typedef struct {
    np_format_header_t *header; /* NULL: there is no file */
    char               *table[NP_TABLES];
    size_t              bytes;               /* mapped */
    size_t              reserved[NP_TABLES]; /* bytes of each that are safe */
    int                 refused; /* the disk is full, and is not asked */
    int                 full;    /* it was, at some time */
} np_image_t;

extern np_image_t np_image;

/* guards the image, the tables in memory and the list of threads */
extern np_lock_t np_profile_lock;

/* creates the file `pattern` (np_file_name(); a number is appended if there is
 * such a file) and maps it; 0, or no file and the error's number, negative:
 * EISDIR and ENODEV if what has that name is no regular file, EFBIG if it may
 * not be so large, ENOMEM if it cannot be mapped, ENOSPC if its first page
 * cannot be allocated, others if it cannot be created.  name, of n bytes, is
 * told for messages. */
int np_image_create_locked(const char *pattern, char *name, size_t n);

/* the child of a fork: the present image becomes that of a new file; 0, or the
 * error's number, and there is no image any more.  h is the header when the
 * process forked, from when the parent has gone on to write to the old one:
 * what it does not change in a record is as it was, for so many records as h
 * says. */
int np_image_copy_locked(const char *pattern, const np_format_header_t *h);

/* no image any more */
void np_image_drop(void);

/* record i of the table may be written to: 1; 0 if there is no room */
int np_image_reserve_locked(np_table_e t, size_t i);

/* the disk may have room again */
void np_image_retry_locked(void);

/* one more record; NULL if there is no room (counted) */
void *np_image_append_locked(np_table_e t);

/* a record found no room; as many as the count holds.  The lock need not be
 * held. */
void np_image_lose(np_table_e t);

/* bytes of the file that are allocated for us */
size_t np_image_bytes(void);


/* 1 if there is a file, and it is not that of the process that this one is a
 * copy of */
NP_INLINE int
np_image_is_ours(void)
{
    return np_image.header != NULL && !np_is_stray();
}


NP_INLINE void *
np_image_record(np_table_e t, size_t i)
{
    return np_image.table[t] + i * np_image.header->table[t].size;
}

#endif
