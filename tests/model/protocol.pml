/*
 * What threads do to the pending stacks of heaps, as src/heap does it: one
 * step of the model is one access to memory that other threads touch.
 *
 *      heap 0            np_orphans, whoever holds `lock` acts for it
 *      heap 1 to HEAPS   of a thread each; after its end of the next one
 *      block 1 to BLOCKS 0 is NULL
 *      word              WORD(block, i), SLOTS slots each
 *
 * The names are those of np_block.h, np_remote.c, np_orphan.c, np_fork.c.
 * Left out: which word is current (any with a free slot may be taken from),
 * chains and sums (one thread's own), and memory orders weaker than
 * sequentially consistent (all accesses that the protocol rests on are).
 *
 * Watched beside it, by variables that the code does not have:
 *
 *      live     the program has the slot.  Never free as well
 *      holder   who may link the block: nobody, a stack, or a thread that
 *               took it from one.  Whoever pushes must have it
 *      touch    threads between their first touch of a block and the last
 *               that needs it.  Not handed back meanwhile
 *
 * BROKEN_... leaves something out that the code needs, and must be found.
 */

#define ALL        ((1 << SLOTS) - 1)
#define NIL        0
#define ORPHANS    0
#define WORDS_ALL  (BLOCKS * WORDS)
#define WORD(b, i) (((b) -1) * WORDS + (i))
#define BLOCK(w)   ((w) / WORDS + 1)
#define INDEX(w)   ((w) % WORDS)

/* a list of blocks that is being worked on: np_remote_route(), and
 * np_remote_collect() with the lock as it was, or taken for it */
#define ROUTE   1
#define COLLECT 2
#define TRIED   3
#define DEPTH   4

#define NOBODY 0
#define STACK  1
#define HAND   2

/* of words */
byte free[WORDS_ALL];
byte xfree[WORDS_ALL];
byte xowner[WORDS_ALL]; /* a heap's number; 0: frees take the slow way */
byte live[WORDS_ALL];

/* of blocks */
byte xheap[BLOCKS + 1];
byte xnext[BLOCKS + 1];
byte xpend[BLOCKS + 1];
bool gone[BLOCKS + 1]; /* handed back */
byte holder[BLOCKS + 1];
byte touch[BLOCKS + 1];

/* of heaps */
byte xpending[HEAPS + 1];

bool lock; /* np_orphans_lock */
bool forked;
byte ended;
byte misuse;

/* each thread's own */
#define LOCALS                                                                \
    byte b, bp, h, hc, w, i, slot, bits, pend, top, dp, k, wn;                 \
    bool seen;                                                                \
    byte kind[DEPTH], list[DEPTH], whose[DEPTH]

/* h's whole stack to the top of this thread's lists */
inline take_stack(what, from)
{
    d_step {
        if
        :: dp > 0 && kind[dp - 1] == ROUTE && list[dp - 1] == NIL -> dp--
        :: else -> skip
        fi;
        assert(dp < DEPTH);
        kind[dp] = what;
        whose[dp] = from;
        list[dp] = xpending[from];
        xpending[from] = NIL;
        k = list[dp];
        dp++;
        do
        :: k != NIL ->
            assert(holder[k] == STACK);
            holder[k] = HAND;
            k = xnext[k]
        :: else -> break
        od;
        k = 0
    }
}

inline is_empty(bb)
{
    seen = true;
    k = 0;
    do
    :: k < WORDS -> seen = seen && free[WORD(bb, k)] == ALL; k++
    :: else -> k = 0; break
    od
}

/* np_pool_release(); the record keeps what it says until it is used again */
inline release(bb)
{
    assert(holder[bb] == NOBODY && touch[bb] == 0 && xpend[bb] == 0);
    k = 0;
    do
    :: k < WORDS ->
        assert(xfree[WORD(bb, k)] == 0 && live[WORD(bb, k)] == 0);
        k++
    :: else -> k = 0; break
    od;
    gone[bb] = true
}

/* np_pool_emptied(): orphans go back, other blocks may be kept, and get a
 * word's owner anew when they are used again, which is this heap's */
inline emptied(hh, bb)
{
    atomic {
        is_empty(bb);
        if
        :: seen -> release(bb)
        :: seen && hh != ORPHANS -> skip
        :: else -> skip
        fi;
        seen = false
    }
}

/* np_pool_free() and np_pool_arm() */
inline pool_free(hh, ww)
{
    d_step {
        if
        :: (free[ww] & bits) != 0 -> misuse++
        :: else -> skip
        fi;
        free[ww] = free[ww] | bits;
        bits = 0
    };
    seen = xfree[ww] != 0;
    d_step {
        xowner[ww] = (seen -> 0 : hh);
        seen = false
    };
    emptied(hh, BLOCK(ww))
}

/* np_remote_merge() */
inline merge(hh, bb)
{
#ifdef BROKEN_MERGE
    pend = xpend[bb];
#else
    d_step {
        pend = xpend[bb];
        xpend[bb] = 0;
        holder[bb] = NOBODY
    };
#endif
    wn = 0;
    do
    :: wn < WORDS ->
        if
        :: (pend & (1 << wn)) != 0 ->
            d_step {
                pend = pend & ~(1 << wn);
                bits = xfree[WORD(bb, wn)];
                xfree[WORD(bb, wn)] = 0
            };
            pool_free(hh, WORD(bb, wn))
        :: else -> skip
        fi;
        wn++
    :: else -> wn = 0; break
    od;
#ifdef BROKEN_MERGE
    atomic {
        xpend[bb] = 0;
        holder[bb] = NOBODY
    }
#endif
}

/* works on this thread's lists until there is none; depth is what C has its
 * own stack for */
inline work()
{
    do
    :: dp == 0 -> break

    :: dp > 0 && list[dp - 1] == NIL ->
        d_step {
            dp--;
            if
            :: kind[dp] == TRIED -> lock = false
            :: else -> skip
            fi;
            kind[dp] = 0;
            whose[dp] = 0
        }

    :: dp > 0 && list[dp - 1] != NIL && kind[dp - 1] == ROUTE ->
        d_step {
            b = list[dp - 1];
            assert(holder[b] == HAND);
            list[dp - 1] = xnext[b];
            h = xheap[b]
        };
        do
        :: atomic {
                top = xpending[h];
                xnext[b] = top
            };
            atomic {
                if
                :: xpending[h] == top ->
                    xpending[h] = b;
                    assert(holder[b] == HAND);
                    holder[b] = STACK;
                    if
                    :: bp == b -> touch[b]--; bp = NIL
                    :: else -> skip
                    fi;
                    top = 0;
                    break
                :: else -> skip
                fi
            }
        od;
#ifdef BROKEN_ROUTE
        seen = false;
#else
        seen = xheap[b] != h;
#endif
        b = NIL;
        if
        :: seen -> seen = false; take_stack(ROUTE, h)
        :: !seen && h == ORPHANS ->
            atomic {
                if
                :: !lock -> lock = true; seen = true
                :: else -> skip
                fi
            };
            if
            :: seen -> seen = false; take_stack(TRIED, ORPHANS)
            :: else -> skip
            fi
        :: else -> skip
        fi;
        h = 0

    :: dp > 0 && list[dp - 1] != NIL && kind[dp - 1] != ROUTE ->
        d_step {
            b = list[dp - 1];
            assert(holder[b] == HAND);
            list[dp - 1] = xnext[b];
            hc = whose[dp - 1];
            seen = xheap[b] == hc
        };
        if
        :: seen ->
            seen = false;
            merge(hc, b)
        :: else ->
            d_step {
                xnext[b] = NIL;
                assert(dp < DEPTH);
                kind[dp] = ROUTE;
                list[dp] = b;
                dp++
            }
        fi;
        atomic {
            b = NIL;
            hc = 0
        }
    od
}

/* np_remote_collect() */
inline collect(hh)
{
    take_stack(COLLECT, hh);
    work()
}

/* np_remote_free() */
inline remote_free()
{
    if
    :: (free[w] & slot) != 0 -> misuse++
    :: else ->
        d_step {
            bits = xfree[w];
            xfree[w] = bits | slot;
            seen = bits == 0;
            touch[BLOCK(w)] = touch[BLOCK(w)] + seen
#ifndef BROKEN_DOUBLE
            ;
            misuse = misuse + ((bits & slot) != 0);
#endif
            bits = 0
        };
        if
        :: seen ->
            seen = false;
            xowner[w] = 0;
            d_step {
                bp = BLOCK(w);
                pend = xpend[bp];
                xpend[bp] = pend | (1 << INDEX(w));
                seen = pend == 0;
                pend = 0;
                if
                :: seen ->
                    assert(holder[bp] == NOBODY);
                    holder[bp] = HAND;
                    xnext[bp] = NIL;
                    kind[dp] = ROUTE;
                    list[dp] = bp;
                    dp++
                :: else ->
                    touch[bp]--;
                    bp = NIL
                fi;
                seen = false
            };
            work()
        :: else -> skip
        fi
    fi
}

/* np_fast_free() and np_free_slot(): the slot of w, by the thread of
 * heap `me` */
inline free_slot()
{
    seen = xowner[w] == me;
    if
    :: seen ->
        d_step {
            seen = false;
            if
            :: (free[w] & slot) != 0 -> misuse++
            :: else -> free[w] = free[w] | slot
            fi
        };
        emptied(me, BLOCK(w))
    :: else ->
        if
        :: ((free[w] | xfree[w]) & slot) != 0 -> misuse++
        :: else ->
            seen = xheap[BLOCK(w)] == me;
            if
            :: seen ->
                d_step {
                    seen = false;
                    bits = slot
                };
                pool_free(me, w)
            :: else -> remote_free()
            fi
        fi
    fi;
    atomic {
        w = 0;
        slot = 0
    }
}

/* np_pool_disown(), np_pool_adopt() and the change of xheap; lock held */
inline move(bb, to)
{
    d_step {
        k = 0;
        do
        :: k < WORDS -> xowner[WORD(bb, k)] = 0; k++
        :: else -> k = 0; break
        od
    };
    wn = 0;
    do
    :: wn < WORDS ->
        seen = xfree[WORD(bb, wn)] != 0 || free[WORD(bb, wn)] == 0;
        d_step {
            xowner[WORD(bb, wn)] = (seen -> 0 : to);
            seen = false;
            wn++
        }
    :: else -> wn = 0; break
    od;
    xheap[bb] = to
}

/* np_orphan_abandon(): what is empty goes back, or stays for the heap's next
 * thread */
inline abandon(hh)
{
    collect(hh);
    atomic { !lock -> lock = true };
    i = 1;
    do
    :: i <= BLOCKS ->
        if
        :: xheap[i] == hh && !gone[i] ->
            d_step { is_empty(i) };
            if
            :: seen ->
                d_step {
                    release(i);
                    seen = false
                }
            :: seen -> seen = false
            :: else -> move(i, ORPHANS)
            fi
        :: else -> skip
        fi;
        i++
    :: else -> i = 0; break
    od;
    lock = false;
#ifndef BROKEN_ABANDON
    collect(hh)
#endif
}

/* np_orphan_adopt_slow() */
inline adopt()
{
    atomic { !lock -> lock = true };
    collect(ORPHANS);
    i = 1;
    do
    :: i <= BLOCKS ->
        d_step {
            seen = false;
            k = 0;
            do
            :: k < WORDS ->
                seen = seen || free[WORD(i, k)] != 0;
                k++
            :: else -> k = 0; break
            od;
            seen = seen && xheap[i] == ORPHANS && !gone[i]
        };
        if
        :: seen ->
            seen = false;
            move(i, me);
#ifndef BROKEN_ADOPT
            collect(ORPHANS);
#endif
            break
        :: else -> i++
        fi
    :: else -> break
    od;
    i = 0;
    lock = false
}

/* at rest: what was freed is in the hands of who has the block now */
inline at_rest()
{
    d_step {
        i = 1;
        do
        :: i <= BLOCKS ->
            assert(touch[i] == 0 && holder[i] != HAND);
            assert((xpend[i] != 0) == (holder[i] == STACK));
            wn = 0;
            do
            :: wn < WORDS ->
                w = WORD(i, wn);
                assert((xfree[w] != 0) == ((xpend[i] & (1 << wn)) != 0));
                assert((free[w] & (live[w] | xfree[w])) == 0 || misuse != 0);
                assert(gone[i] || (free[w] | live[w] | xfree[w]) == ALL);
                wn++
            :: else -> wn = 0; break
            od;
            if
            :: xpend[i] != 0 ->
                b = xpending[xheap[i]];
                do
                :: b == i -> break
                :: else -> assert(b != NIL); b = xnext[b]
                od
            :: else -> skip
            fi;
            i++
        :: else -> break
        od;
        i = 0;
        b = 0;
        w = 0
    }
}
