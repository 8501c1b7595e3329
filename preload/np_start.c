/*
 * What begins when the libraries of the program are loaded; the heap itself
 * begins with the first request.
 */

#include "config.h"

#include "heap/np_background.h"
#include "heap/np_heap.h"
#include "os/np_options.h"
#include "preload/np_advice.h"
#include "preload/np_profiling.h"


__attribute__((constructor)) static void
np_start(void)
{
    np_heap_configure();

    /* asked here: few processes shall touch the pages of what follows */
    if (np_options.advice[0] != '\0') {
        np_advice_init();
    }

    if (np_options.profile != NP_PROFILE_OFF
        || np_options.profile_signal != 0) {
        np_profiling_init();
    }

    if (np_options.background && np_heap_get() != NULL) {
        np_background_start();
    }
}
