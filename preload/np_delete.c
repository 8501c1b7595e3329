/*
 * operator delete of C++, all variants, by their mangled names (Itanium C++
 * ABI, 5.1): the object goes where malloc's objects go.  operator new is not
 * here: libstdc++'s own calls malloc, and throws as it must.
 *
 * A program may replace some of them and leave the others to the library,
 * whose defaults lead to the replaced ones: arrays and nothrow forms to the
 * plain one, sized ones to the unsized ([new.delete.single],
 * [new.delete.array]).  So each of ours looks whether those that it stands for
 * are ours, too.
 */

#include "config.h"

#include <stddef.h>
#include <stdint.h>

#include "heap/np_fast.h"

/* what others lead to, as the program sees it, and ours */
#define NP_DELETE_BASE(name, ...)                                             \
    void name(void *m, ##__VA_ARGS__);                                        \
    void np_delete##name(void *m, ##__VA_ARGS__)                              \
        __attribute__((alias(#name), visibility("hidden")));

NP_DELETE_BASE(_ZdlPv)
NP_DELETE_BASE(_ZdaPv)
NP_DELETE_BASE(_ZdlPvSt11align_val_t, size_t align)
NP_DELETE_BASE(_ZdaPvSt11align_val_t, size_t align)

#define NP_DELETE_IS_OURS(name) np_likely(name == np_delete##name)
#define NP_DELETE_PLAIN         NP_DELETE_IS_OURS(_ZdlPv)
#define NP_DELETE_ALIGNED       NP_DELETE_IS_OURS(_ZdlPvSt11align_val_t)
#define NP_DELETE_ARRAY         (NP_DELETE_PLAIN && NP_DELETE_IS_OURS(_ZdaPv))
#define NP_DELETE_ARRAY_ALIGNED                                               \
    (NP_DELETE_ALIGNED && NP_DELETE_IS_OURS(_ZdaPvSt11align_val_t))

/* drop the object, if those that this one leads to are ours, or hand it on */
#define NP_DELETE(name, ours, drop, on, ...)                                  \
    void           name(void *m, ##__VA_ARGS__);                              \
    NP_EXPORT void name(void *m, ##__VA_ARGS__)                               \
    {                                                                         \
        if (ours) {                                                           \
            drop;                                                             \
                                                                              \
        } else {                                                              \
            on;                                                               \
        }                                                                     \
    }

/* delete: plain, sized, nothrow */
NP_DELETE(_ZdlPv, 1, np_fast_free(m), )
NP_DELETE(_ZdlPvm, NP_DELETE_PLAIN, np_fast_free_sized(m, n, 1), _ZdlPv(m),
          size_t n)
NP_DELETE(_ZdlPvRKSt9nothrow_t, NP_DELETE_PLAIN, np_fast_free(m), _ZdlPv(m),
          const void *nothrow NP_UNUSED)

/* delete[] */
NP_DELETE(_ZdaPv, NP_DELETE_PLAIN, np_fast_free(m), _ZdlPv(m))
NP_DELETE(_ZdaPvm, NP_DELETE_ARRAY, np_fast_free_sized(m, n, 1), _ZdaPv(m),
          size_t n)
NP_DELETE(_ZdaPvRKSt9nothrow_t, NP_DELETE_ARRAY, np_fast_free(m), _ZdaPv(m),
          const void *nothrow NP_UNUSED)

/* both with an alignment */
NP_DELETE(_ZdlPvSt11align_val_t, 1, np_fast_free(m), , size_t align NP_UNUSED)
NP_DELETE(_ZdlPvmSt11align_val_t, NP_DELETE_ALIGNED,
          np_fast_free_sized(m, n, align), _ZdlPvSt11align_val_t(m, align),
          size_t n, size_t align)
NP_DELETE(_ZdlPvSt11align_val_tRKSt9nothrow_t, NP_DELETE_ALIGNED,
          np_fast_free(m), _ZdlPvSt11align_val_t(m, align), size_t align,
          const void *nothrow NP_UNUSED)
NP_DELETE(_ZdaPvSt11align_val_t, NP_DELETE_ALIGNED, np_fast_free(m),
          _ZdlPvSt11align_val_t(m, align), size_t align)
NP_DELETE(_ZdaPvmSt11align_val_t, NP_DELETE_ARRAY_ALIGNED,
          np_fast_free_sized(m, n, align), _ZdaPvSt11align_val_t(m, align),
          size_t n, size_t align)
NP_DELETE(_ZdaPvSt11align_val_tRKSt9nothrow_t, NP_DELETE_ARRAY_ALIGNED,
          np_fast_free(m), _ZdaPvSt11align_val_t(m, align), size_t align,
          const void *nothrow NP_UNUSED)
