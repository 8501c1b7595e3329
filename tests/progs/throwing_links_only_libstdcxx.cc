/*
 * A C++ program that names libstdc++ and not libgcc_s still gets the right
 * unwinder for its exceptions.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <link.h>
#include <stdexcept>


static bool
is_needed(const char *library)
{
    const char *strings = nullptr;

    for (ElfW(Dyn) *d = _DYNAMIC; d->d_tag != DT_NULL; d++) {
        if (d->d_tag == DT_STRTAB) {
            strings = reinterpret_cast<const char *>(d->d_un.d_ptr);
        }
    }

    for (ElfW(Dyn) *d = _DYNAMIC; d->d_tag != DT_NULL; d++) {
        if (d->d_tag == DT_NEEDED
            && strstr(strings + d->d_un.d_val, library) != nullptr) {
            return true;
        }
    }

    return false;
}


__attribute__((noinline)) static void
fail(size_t n)
{
    if (np_keep_size(n) > 0) {
        throw n;
    }
}


int
main()
{
    size_t caught = 0;

    NP_NEED(is_needed("libstdc++"));
    NP_NEED(!is_needed("libgcc_s"));

    for (size_t n = 0; n < 1000; n++) {
        try {
            fail(n);

        } catch (...) {
            caught++;
        }
    }

    NP_NEED(caught == 999);

    return 0;
}
