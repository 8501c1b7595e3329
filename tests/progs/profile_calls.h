#ifndef PROFILE_CALLS_H
#define PROFILE_CALLS_H

/* The calls of preload/ngxpool.h; weak, as in a program that may also run
 * without the library. */

#include <stddef.h>

int ngxpool_profile_start(size_t interval) __attribute__((weak));
int ngxpool_profile_stop(void) __attribute__((weak));
int ngxpool_profile_dump(void) __attribute__((weak));

#endif
