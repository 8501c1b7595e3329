#include "config.h"

#include "os/np_stray.h"

#include "os/np_mem.h"
#include "os/np_proc.h"

unsigned *np_stray_word;


void
np_stray_mark(void)
{
    unsigned *word = np_peek(np_stray_word);

    if (word == NULL) {
        word = np_mem_map(np_mem_page());

        if (word == NULL) {
            return;
        }

        if (np_mem_wipe(word, np_mem_page()) != 0) {
            (void) np_mem_unmap(word, np_mem_page());
            return;
        }
    }

    np_poke(*word, 1);
    /* who finds the word finds the mark in it */
    __atomic_store_n(&np_stray_word, word, __ATOMIC_RELEASE);
}


void
np_stray_lose(void)
{
    unsigned *word = np_peek(np_stray_word);

    if (word != NULL) {
        np_poke(*word, 0);
    }
}


int
np_stray_is_alone(void)
{
    return np_is_stray() && np_proc_threads() == 1;
}
