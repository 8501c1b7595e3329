#ifndef NP_MEM_H
#define NP_MEM_H

/*
 * Memory from the kernel: the only mmap, munmap, mremap, madvise and
 * mprotect of the in-process side.  One error policy: NULL or -1 means that
 * the kernel refused; errno is as it was before the call; nothing is
 * retried and nothing is printed.  All lengths are in bytes and multiples of
 * np_mem_page() unless said otherwise.  Any thread, any time, also before
 * constructors; no call takes a lock.
 *
 * Fresh memory is zero.  Sources: mmap(2), madvise(2), mremap(2).
 */

#include <limits.h>
#include <stddef.h>
#include <sys/uio.h>

/* page size of this kernel (4, 16 or 64 KiB), read once */
size_t np_mem_page(void);

/* n bytes anywhere, readable and writable */
void *np_mem_map(size_t n);

/* n bytes exactly at addr, or NULL; never replaces a mapping that is there
 * (MAP_FIXED_NOREPLACE; a kernel or emulator that ignores the flag and maps
 * elsewhere is noticed and undone) */
void *np_mem_map_at(void *addr, size_t n);

/* n bytes at a multiple of align, a power of two >= the page size.  If the
 * kernel refuses the cutting it is NULL; nothing stays mapped, unless the
 * kernel refuses that too */
void *np_mem_map_aligned(size_t n, size_t align);

/* n bytes at a multiple of align, a power of two, between two pages that
 * nobody may access, or NULL; to be unmapped with these */
void *np_mem_map_fenced(size_t n, size_t align);

/* 0, or -1 if the kernel refused (ENOMEM when a split would pass
 * vm.max_map_count): then the memory is still there */
int np_mem_unmap(void *addr, size_t n);

/* the mapping grown or shrunk, moved if need be; NULL leaves it as it was */
void *np_mem_remap(void *addr, size_t old, size_t n);

/* the `old` bytes of pages at addr, part of a mapping, moved into a mapping of
 * n bytes of their own; where they were, memory reads as zero.  NULL leaves
 * all as it was: Linux before 5.7, or no address space. */
void *np_mem_move(void *addr, size_t old, size_t n);

/* the first n bytes of the file, shared with it; NULL refused, by *error, a
 * negative number */
void *np_mem_map_file(int fd, size_t n, int *error);

/* 1 if all pages of the range are mapped, whatever may be done with them */
int np_mem_is_mapped(void *addr, size_t n);

/* bytes of the range, mapped as a whole, that are resident */
size_t np_mem_resident(void *addr, size_t n);

/* gives the pages back at once; they read as zero afterwards
 * (MADV_DONTNEED; of locked memory MADV_DONTNEED_LOCKED, Linux 5.18, and they
 * are locked again when they are touched).  -1: contents unchanged */
int np_mem_purge(void *addr, size_t n);

/* np_mem_purge() of n ranges, at most NP_MEM_RANGES, in as few calls as may
 * be: process_madvise(2) for the own process (Linux 6.14; what processors
 * remember of the pages is forgotten once for all of them), where no sandbox
 * is known of.  The lengths of ranges that the kernel refused are 0. */
#define NP_MEM_RANGES 64
void np_mem_purge_ranges(struct iovec *range, unsigned n);

/* faults the pages in with one call (MADV_POPULATE_WRITE, Linux 5.14); -1
 * where the kernel does not know it */
int np_mem_populate(void *addr, size_t n);

/* the pages read as zero in the copy of this process that fork makes
 * (MADV_WIPEONFORK, Linux 4.14); -1 where the kernel does not know it */
int np_mem_wipe(void *addr, size_t n);

/* huge pages for this range wanted (1) or never (0); -1 if unknown */
int np_mem_huge(void *addr, size_t n, int wanted);

/* the pages of a file's range are not read ahead; a wish */
void np_mem_sparse(void *addr, size_t n);

/* no access (a guard) or back to read and write */
int np_mem_guard(void *addr, size_t n);
int np_mem_unguard(void *addr, size_t n);

/* 1 if the aligned word of 4 bytes at addr, any address, can be read; nothing
 * is read before that is known.  0, too, where the kernel does not tell */
int np_mem_is_readable(const void *addr);

/*
 * Fault injection: which calls can be told to fail.
 */
typedef enum {
    NP_MEM_MAP = 1,
    NP_MEM_UNMAP = 2,
    NP_MEM_REMAP = 4,
    NP_MEM_PURGE = 8,
    NP_MEM_GUARD = 16,  /* and unguard */
    NP_MEM_ADVISE = 32, /* populate, wipe and huge, which are only wishes */
    NP_MEM_ANY = 63
} np_mem_op_e;

/* `more` calls: all of them */
#define NP_MEM_EVERY UINT_MAX

/* the nth call (1 = the next) of those in ops fails, and so many more behind
 * it; n == 0 ends it.  Any thread's calls count; one thread asks.  Whole
 * programs: np_fail.h. */
void np_mem_fail(unsigned ops, unsigned long n, unsigned more);

/* calls of all kinds made since the process began or np_mem_fail() */
unsigned long np_mem_calls(void);

#endif
