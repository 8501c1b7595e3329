#ifndef PROFILER_FIXTURE_H
#define PROFILER_FIXTURE_H

/*
 * What the tests of the profiler share: a folder of their own with a profile
 * in it, and random numbers that are the same each time.
 */

#include <stddef.h>
#include <stdint.h>

#include "check_suite.h"
#include "format/np_format.h"

/* a fixture: an empty folder that is the working directory, removed at the end
 * with what is in it */
void check_folder_setup(void);
void check_folder_teardown(void);

/* the file "prof" is the image; figures are sampled at interval, or exact if
 * that is 0; the site 0 and n more */
void check_image(size_t interval, unsigned n);

np_format_site_t *check_site(unsigned i);

/* a number below n > 0 */
uint64_t check_random(uint64_t n);

#endif
