/*
 * operator delete of C++, all variants, by their mangled names (Itanium C++
 * ABI, 5.1): the object goes where malloc's objects go.  operator new is not
 * here: libstdc++'s own calls malloc, and throws as it must.
 */

#include "config.h"

#include <stddef.h>
#include <stdint.h>

#include "heap/np_fast.h"

/* delete, delete[]: plain, sized, aligned, both, nothrow, aligned nothrow */
#define NP_DELETE(name, drop, ...)                                            \
    void           name(void *m, ##__VA_ARGS__);                              \
    NP_EXPORT void name(void *m, ##__VA_ARGS__)                               \
    {                                                                         \
        drop;                                                                 \
    }

#define NP_DELETE_PAIR(suffix, drop, ...)                                     \
    NP_DELETE(_ZdlPv##suffix, drop, ##__VA_ARGS__)                            \
    NP_DELETE(_ZdaPv##suffix, drop, ##__VA_ARGS__)

NP_DELETE_PAIR(, np_fast_free(m))
NP_DELETE_PAIR(m, np_fast_free_sized(m, n, 1), size_t n)
NP_DELETE_PAIR(St11align_val_t, np_fast_free(m), size_t align NP_UNUSED)
NP_DELETE_PAIR(mSt11align_val_t, np_fast_free_sized(m, n, align), size_t n,
               size_t align)
NP_DELETE_PAIR(RKSt9nothrow_t, np_fast_free(m), const void *nothrow NP_UNUSED)
NP_DELETE_PAIR(St11align_val_tRKSt9nothrow_t, np_fast_free(m),
               size_t align NP_UNUSED, const void *nothrow NP_UNUSED)
