#ifndef NP_PROFILE_FILE_H
#define NP_PROFILE_FILE_H

/*
 * The tables of a profile as they are in the file, copied out of it: plain,
 * coded (np_columns.h) or gzipped, complete or still being written.  For
 * np_profile.c.
 */

#include <stdint.h>

#include "format/np_format.h"
#include "report/np_profile.h"

typedef struct {
    np_format_header_t header;
    uint64_t           bytes; /* in use; of a file that is not plain, all */
    int                gzipped;
    uint32_t           used[NP_TABLES];
    /* records of this version's size, whatever the file's; NULL: none.  That
     * of the command has a 0 behind its end */
    void *table[NP_TABLES];
} np_profile_file_t;

/* -1: err[] says why; nothing is to be freed then */
int  np_profile_file_read(np_profile_file_t *f, const char *name,
                          char err[NP_PROFILE_ERROR]);
void np_profile_file_free(np_profile_file_t *f);

#endif
