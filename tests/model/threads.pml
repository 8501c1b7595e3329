/*
 * Threads that allocate, free each other's objects, merge, end, begin again,
 * adopt and hand back blocks in any order, for ever; each may stop at any
 * time.  When all have stopped, what was freed is free, or waits for the heap
 * that has its block now.  FREERS more of them have no heap and only free.
 * With FORKS the first of them may also fork: the
 * others are then as they were at that moment, for ever, and the child mends
 * what they left.
 */

#include "protocol.pml"


/* the child of a fork: only its thread runs.  np_fork_freed() */
inline fork_freed(bb)
{
    pend = 0;
    wn = 0;
    do
    :: wn < WORDS ->
        w = WORD(bb, wn);
        xfree[w] = xfree[w] & ~free[w];
#ifdef BROKEN_FORK
        pend = xpend[bb];
#else
        pend = pend | ((xfree[w] != 0) << wn);
#endif
        wn++
    :: else -> wn = 0; break
    od;
    w = 0
}

/* np_fork_mend() */
inline fork_mend(hh)
{
    d_step {
        xpending[hh] = NIL;
        i = 1;
        do
        :: i <= BLOCKS ->
            if
            :: xheap[i] == hh && !gone[i] ->
                fork_freed(i);
                xpend[i] = pend;
                if
                :: pend != 0 ->
                    xnext[i] = xpending[hh];
                    xpending[hh] = i;
                    holder[i] = STACK
                :: else -> skip
                fi
            :: else -> skip
            fi;
            i++
        :: else -> i = 0; break
        od;
        pend = 0
    };
    collect(hh)
}

/* np_fork_bury() */
inline fork_bury(hh)
{
    d_step {
        xpending[hh] = NIL;
        i = 1;
        do
        :: i <= BLOCKS ->
            if
            :: xheap[i] == hh && !gone[i] ->
                fork_freed(i);
                xpend[i] = 0;
                wn = 0;
                do
                :: wn < WORDS ->
                    if
                    :: (pend & (1 << wn)) != 0 ->
                        w = WORD(i, wn);
                        free[w] = free[w] | xfree[w];
                        xfree[w] = 0
                    :: else -> skip
                    fi;
                    wn++
                :: else -> wn = 0; break
                od
            :: else -> skip
            fi;
            i++
        :: else -> i = 0; break
        od;
        pend = 0;
        w = 0
    };
    abandon(hh)
}

/* a thread that is gone was about to free one slot, or had the bits of one
 * word in hand; nothing else is lost */
inline fork_check()
{
    atomic {
        bits = 0;
        i = 1;
        do
        :: i <= BLOCKS ->
            assert(holder[i] == NOBODY && xpend[i] == 0);
            wn = 0;
            do
            :: wn < WORDS && !gone[i] ->
                w = WORD(i, wn);
                assert(xfree[w] == 0 && (free[w] & live[w]) == 0);
                bits = bits + ((free[w] | live[w]) != ALL);
                wn++
            :: else -> wn = 0; break
            od;
            i++
        :: else -> i = 0; break
        od;
        assert(bits < HEAPS + FREERS);
        bits = 0;
        w = 0;
        h = 0;
        do
        :: h <= HEAPS -> assert(xpending[h] == NIL); h++
        :: else -> h = 0; break
        od
    }
}

inline fork_child()
{
    atomic { !lock -> lock = true; forked = true };
    d_step {
        lock = false;
        i = 1;
        do
        :: i <= BLOCKS -> holder[i] = NOBODY; touch[i] = 0; i++
        :: else -> i = 0; break
        od
    };
    fork_mend(ORPHANS);
    hf = 1;
    do
    :: hf <= HEAPS ->
        if
        :: hf == me -> fork_mend(hf)
        :: else -> fork_bury(hf)
        fi;
        hf++
    :: else -> hf = 0; break
    od;
    fork_check()
}

proctype thread(byte me) provided(!forked || _pid == 1)
{
    LOCALS;
    byte hf;

    do
    :: me <= HEAPS -> atomic {
            /* malloc, from a word that this thread owns */
            select(w : 0 .. WORDS_ALL - 1);
            if
            :: xheap[BLOCK(w)] == me && !gone[BLOCK(w)] && free[w] != 0 ->
                slot = free[w] & (~free[w] + 1);
                assert((live[w] & slot) == 0);
                free[w] = free[w] & ~slot;
                live[w] = live[w] | slot
            :: else -> skip
            fi;
            w = 0;
            slot = 0
        }

    :: atomic {
            /* free, of whatever the program has */
            select(w : 0 .. WORDS_ALL - 1);
            select(k : 0 .. SLOTS - 1);
            slot = 1 << k;
            k = 0;
            if
            :: (live[w] & slot) != 0 -> live[w] = live[w] & ~slot
            :: else -> w = 0; slot = 0
            fi
        };
        if
        :: slot != 0 -> free_slot()
        :: else -> skip
        fi

    :: me <= HEAPS && xpending[me] != NIL -> collect(me)

    :: me <= HEAPS -> abandon(me)

    :: me <= HEAPS -> adopt()

    :: me <= HEAPS -> atomic {
            /* np_append_block(), in memory that was handed back */
            i = 1;
            do
            :: i <= BLOCKS && !gone[i] -> i++
            :: else -> break
            od;
            if
            :: i <= BLOCKS ->
                gone[i] = false;
                xheap[i] = me;
                k = 0;
                do
                :: k < WORDS ->
                    free[WORD(i, k)] = ALL;
                    xowner[WORD(i, k)] = me;
                    k++
                :: else -> k = 0; break
                od
            :: else -> skip
            fi;
            i = 0
        }
#ifdef FORKS
    :: me == 1 -> fork_child(); goto stop
#endif
    :: break
    od;

    atomic {
        ended++;
        if
        :: ended == HEAPS + FREERS -> at_rest()
        :: else -> skip
        fi
    };
stop:
    skip
}

init
{
    byte n;

    d_step {
        n = 1;
        do
        :: n <= BLOCKS -> gone[n] = true; n++
        :: else -> break
        od;
        n = 1
    };
    atomic {
        do
        :: n <= HEAPS + FREERS -> run thread(n); n++
        :: else -> n = 0; break
        od
    }
}
