/*
 * What begins when the libraries of the program are loaded; the heap itself
 * begins with the first request.
 */

#include "config.h"

#include "heap/np_background.h"
#include "heap/np_heap.h"
#include "preload/np_profiling.h"


__attribute__((constructor)) static void
np_start(void)
{
    if (np_heap_get() != NULL) {
        np_profiling_init();
        np_background_start();
    }
}
