#ifndef NP_ATTR_H
#define NP_ATTR_H

/*
 * What the compiler is told: the few attributes that the tree uses, each
 * under one name.
 */

#define np_likely(x)   __builtin_expect(!!(x), 1)
#define np_unlikely(x) __builtin_expect(!!(x), 0)

/* the cold twin of a hot function: never inlined into it */
#define NP_NOINLINE __attribute__((noinline))
/* a piece of a fast path: inlined whatever the optimisation level says */
#define NP_INLINE static inline __attribute__((always_inline))
/* a function that nobody reaches in a healthy run */
#define NP_COLD     __attribute__((noinline, cold))
#define NP_NORETURN __attribute__((noreturn))
/* seen outside libngxpool.so; preload/exports.sym is the list of them */
#define NP_EXPORT __attribute__((visibility("default")))
/* likewise a further name of a function of the same file */
#define NP_ALIAS(name)                                                        \
    __attribute__((copy(name), alias(#name), visibility("default")))
/* a variable that fast paths read: its declaration must say that it is not
 * seen outside, or it is read through its address, an instruction more */
#define NP_HIDDEN       __attribute__((visibility("hidden")))
#define NP_PRINTF(f, a) __attribute__((format(printf, f, a)))
#define NP_UNUSED       __attribute__((unused))

/*
 * A field that one thread writes and others look at without waiting for it,
 * for a figure or a second opinion: loaded and stored whole, in no order.
 * Both are plain moves.
 */
#define np_peek(x)    __atomic_load_n(&(x), __ATOMIC_RELAXED)
#define np_poke(x, v) __atomic_store_n(&(x), v, __ATOMIC_RELAXED)
/* np_peek() on a fast path: a plain load becomes part of the comparison that
 * it is for, an atomic one costs an instruction more */
#ifdef __SANITIZE_THREAD__
#define np_peek_fast(x) np_peek(x)
#else
#define np_peek_fast(x) (x)
#endif
/* a function that only looks at what other threads are changing, and says so
 * in its comment; ThreadSanitizer leaves its accesses out */
#define NP_RACY __attribute__((no_sanitize("thread")))

/* a small function that reads stacks, wherever objects begin and end there */
#ifdef __SANITIZE_ADDRESS__
#define NP_OF_STACKS __attribute__((no_sanitize("address"), noinline)) static
#else
#define NP_OF_STACKS NP_INLINE
#endif

/* the unit of sharing between cores on x86-64 and on most aarch64 machines */
#define NP_CACHE_LINE    64
#define NP_CACHE_ALIGNED __attribute__((aligned(NP_CACHE_LINE)))

#endif
