/*
 * _exit and _Exit run no destructors: the last words are said here.
 *
 * Source: _exit(2).
 */

#include "config.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/np_attr.h"
#include "os/np_proc.h"
#include "preload/np_last_words.h"


NP_EXPORT void
_exit(int status)
{
    if (np_last_words_due()) {
        np_last_words(NP_ENDED_EXIT);
    }

    np_proc_exit(status);
}


NP_EXPORT void
_Exit(int status)
{
    if (np_last_words_due()) {
        np_last_words(NP_ENDED_EXIT);
    }

    np_proc_exit(status);
}
