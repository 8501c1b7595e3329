/*
 * What is in memory.  These only ask: none counts as a call of np_mem_calls(),
 * and none can be made to fail.
 */

#include "config.h"

#include "os/np_mem.h"

#include <linux/futex.h>
#include <stdint.h>

#include "base/np_call.h"


/* bytes of the range that are resident, or -1 if a part is not mapped; a call
 * for what a page of a page table maps.  Threads may have small stacks. */
static long
np_mem_incore(void *addr, size_t n)
{
    unsigned char pages[512];
    size_t        most = sizeof(pages) * np_mem_page();
    size_t        piece, i;
    long          resident = 0;

    for (; n > 0; n -= piece, addr = (char *) addr + piece) {
        piece = n < most ? n : most;

        if (np_call(SYS_mincore, addr, piece, pages) != 0) {
            return -1;
        }

        for (i = 0; i < piece / np_mem_page(); i++) {
            resident += pages[i] & 1 ? (long) np_mem_page() : 0;
        }
    }

    return resident;
}


int
np_mem_is_mapped(void *addr, size_t n)
{
    return np_mem_incore(addr, n) >= 0;
}


size_t
np_mem_resident(void *addr, size_t n)
{
    long resident = np_mem_incore(addr, n);

    return resident > 0 ? (size_t) resident : 0;
}


/* futex(2): wakes nobody and moves nobody to another word, but only after it
 * has compared the word with a number.  Unlike process_vm_readv(2) it is
 * allowed wherever threads are, and emulators pass the address on. */
int
np_mem_is_readable(const void *addr)
{
    uint32_t other = 0;
    long     rc
        = np_call_6(SYS_futex, addr, FUTEX_CMP_REQUEUE | FUTEX_PRIVATE_FLAG, 0,
                    0, &other, 0);

    return rc == 0 || rc == -EAGAIN;
}
