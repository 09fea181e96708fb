/* The loops over bytes that numpy has no words for: packets, fields, ftrace events, their texts and threads.
 *
 * Each function does what one function in Python does (named above it) and must give the same, which tests
 * hold. The bytes come from files that may be damaged or hostile: `data` has `size` bytes and PADDING (64) more
 * that belong to no message, and nothing is read beyond. Nothing is allocated, nothing is kept between calls;
 * the caller brings all room. Places are int64, counted from `data`.
 */
#include <stdint.h>
#include <string.h>

typedef int64_t i64;
typedef uint64_t u64;
typedef uint8_t u8;

#ifndef SOURCE_MARK
#define SOURCE_MARK 0
#endif

enum { PACKET = 0x0A, EVENT = 0x12, TIME = 0x08, PID = 0x10, PRINT = 0x1A, IP = 0x08, BUF = 0x12,
       SWITCH = 0x22, WAKING = 0xA2, WAKING_HIGH = 0x01, NAME = 0x0A, NEXT_PID = 0x30, NEXT_PRIO = 0x38 };
enum { SWITCH_TIMES = 0x0A, NEXT_PIDS = 0x1A, NEXT_NAMES = 0x32, INTERNED = 0x2A }; /* of CompactSched */
enum { VARINT = 0, FIXED64 = 1, LENGTH = 2, FIXED32 = 5 };
enum { LONGEST_TEXT = 128, ABSENT = -1 };

/* Which source this was built from: a library that is older than its source is not used. */
u64 silky_source_mark(void) { return (u64)SOURCE_MARK; }

static inline u64 word(const u8 *at) {
    u64 value;
    memcpy(&value, at, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    value = __builtin_bswap64(value);
#endif
    return value;
}

/* A varint of up to eight bytes; returns its length, 0 where it is longer. Reads eight bytes at most. */
static inline int varint(const u8 *at, u64 *value) {
    u64 sum = 0;
    for (int i = 0; i < 8; i++) {
        sum |= (u64)(at[i] & 0x7F) << (7 * i);
        if (at[i] < 0x80) {
            *value = sum;
            return i + 1;
        }
    }
    *value = sum;
    return 0;
}

/* The bits of seven that the varint's bytes hold, joined. */
static inline u64 septets(u64 value) {
    value &= 0x7F7F7F7F7F7F7F7Fu;
    value = (value & 0x007F007F007F007Fu) | (value & 0x7F007F007F007F00u) >> 1;
    value = (value & 0x00003FFF00003FFFu) | (value & 0x3FFF00003FFF0000u) >> 2;
    return (value & 0x000000000FFFFFFFu) | (value & 0x0FFFFFFF00000000u) >> 4;
}

/* framing.cut: packets from `at` on, up to `room` of them. Returns how many; `state` tells where it stopped, 1
 * where that is all that can be cut, 1 where what follows is no packet. */
i64 silky_cut(const u8 *data, i64 size, i64 at, i64 room, i64 *start, i64 *end, i64 *state) {
    i64 count = 0, done = 0, bad = 0;
    while (at < size && count < room) {
        if (data[at] != PACKET) {
            done = bad = 1;
            break;
        }
        u64 length = 0;
        i64 body = at + 1;
        int shift = 0, whole = 0;
        while (shift < 70 && body < size + 2) { /* two bytes are read whatever the size, as padding is zero */
            u8 octet = data[body++];
            if (shift < 64) length |= (u64)(octet & 0x7F) << shift;
            shift += 7;
            if (octet < 0x80) {
                whole = body <= size || shift <= 14;
                break;
            }
        }
        if (!whole) {
            done = 1;
            bad = size - at > 11; /* fewer bytes may go on in the next piece */
            break;
        }
        if (length > (u64)size || body + (i64)length > size) {
            done = 1;
            break;
        }
        start[count] = body;
        end[count++] = at = body + (i64)length;
    }
    state[0] = at;
    state[1] = done || at >= size;
    state[2] = bad;
    return count;
}

/* prepared: the bytes of messages one behind the other. */
void silky_gather(const u8 *data, i64 count, const i64 *start, const i64 *end, u8 *out) {
    for (i64 i = 0; i < count; i++) {
        memcpy(out, data + start[i], (size_t)(end[i] - start[i]));
        out += end[i] - start[i];
    }
}

/* fieldscan.Fields.scan: `row_of` says for each tag of up to two bytes which row of `value` and `stop` (rows of
 * `count` messages each) takes it, `rows` for none. */
void silky_scan(const u8 *data, i64 size, i64 count, const i64 *start, const i64 *end, const u8 *row_of, i64 rows,
                i64 *value, i64 *stop, u8 *odd) {
    for (i64 i = 0; i < rows * count; i++) value[i] = stop[i] = ABSENT;
    for (i64 i = 0; i < count; i++) {
        i64 at = start[i], limit = end[i] < size ? end[i] : size;
        while (at < limit) {
            unsigned tag = data[at];
            i64 body = at + 1;
            if (tag & 0x80) {
                if (data[body] & 0x80) break;
                tag = (tag & 0x7F) | (unsigned)data[body++] << 7;
            }
            unsigned wire = tag & 7;
            u64 number;
            int width = varint(data + body, &number);
            i64 after = body + width, behind;
            if (wire == VARINT || wire == LENGTH) {
                if (!width) break;
                behind = wire == VARINT ? after : after + (i64)number;
            } else if (wire == FIXED64) {
                behind = body + 8;
            } else if (wire == FIXED32) {
                behind = body + 4;
            } else {
                break;
            }
            if (behind > limit || tag < 8) break;
            unsigned row = row_of[tag];
            if (row < rows) {
                value[row * count + i] = wire == LENGTH ? after : (i64)number;
                stop[row * count + i] = behind;
            }
            at = behind;
        }
        odd[i] = at < limit;
    }
}

/* prepared._bundle_spans: the bundles that come first in packets; `body` is where what follows them begins. Returns
 * how many there are. */
i64 silky_spans(const u8 *data, i64 count, const i64 *start, const i64 *end, i64 *body, i64 *first, i64 *last) {
    enum { FTRACE_EVENTS = 0x0A, LONGEST = 5 };
    i64 found = 0;
    for (i64 i = 0; i < count; i++) {
        body[i] = start[i];
        if (start[i] >= end[i] || data[start[i]] != FTRACE_EVENTS) continue;
        u64 length;
        int width = varint(data + start[i] + 1, &length);
        i64 bundle = start[i] + 1 + width;
        /* One that runs past its packet is left for the schema to refuse. */
        if (width < 1 || width > LONGEST || bundle + (i64)length > end[i]) continue;
        first[found] = bundle;
        last[found++] = body[i] = bundle + (i64)length;
    }
    return found;
}

/* Where the event at `at` ends, with its payload from `body` on; 0 where it has not the usual form. */
static inline i64 event_at(const u8 *data, i64 at, i64 limit, i64 *body) {
    i64 length = data[at + 1];
    if (data[at] != EVENT) return 0;
    *body = at + 2;
    if (length > 0x7F) {
        unsigned second = data[at + 2];
        if (second < 0x80) {
            *body = at + 3;
        } else if (data[at + 3] == 0x80 && data[at + 4] == 0) {
            *body = at + 5;
        } else {
            return 0;
        }
        length = (length & 0x7F) | (second & 0x7F) << 7;
    }
    return *body + length > limit || data[*body] != TIME ? 0 : *body + length;
}

/* event_walk.walk: the events of bundles, as far as they have the usual form. Returns how many, or -1 where
 * `room` is too little. `counts` are per bundle, `stopped` where each went on in another way. */
i64 silky_walk(const u8 *data, i64 bundles, const i64 *first, const i64 *last, i64 room, i64 *start, i64 *end,
               i64 *counts, i64 *stopped) {
    i64 found = 0;
    for (i64 i = 0; i < bundles; i++) {
        i64 at = first[i], limit = last[i], before = found;
        i64 body, behind;
        while (at < limit && (behind = event_at(data, at, limit, &body))) {
            if (found == room) return -1;
            start[found] = body;
            end[found++] = at = behind;
        }
        counts[i] = found - before;
        stopped[i] = at;
    }
    return found;
}

/* ftrace._any_texts: where the text of a print begins whose length is at `at`; 0 if it can't be told so. */
static i64 text_of(const u8 *data, i64 at, i64 end) {
    u64 length;
    int width = varint(data + at, &length);
    at += width;
    if (!width || at + (i64)length != end) return 0;
    if (data[at] == IP) {
        u64 address;
        width = varint(data + at + 1, &address);
        at += 1 + (width ? width : 8 + varint(data + at + 9, &address));
    }
    if (at >= end || data[at] != BUF) return 0;
    width = varint(data + at + 1, &length);
    at += 1 + width;
    return width && at + (i64)length == end ? at : 0;
}

/* interning: one number for the bytes and the length of a text, 0 for those that are looked at alone. */
static u64 mixed(const u8 *text, i64 length) {
    const u64 mix = 0x9E3779B97F4A7C15u;
    u64 sum = 0;
    if (length > LONGEST_TEXT) return 0;
    for (i64 at = 0; at == 0 || at < length; at += 8) {
        i64 left = length - at;
        u64 part = word(text + at);
        if (left < 8) part &= ((u64)1 << (8 * left)) - 1;
        sum ^= part;
        if (!at) sum ^= (u64)(length + 1) << 56;
        sum *= mix;
        sum ^= sum >> 32;
    }
    return sum;
}

/* What events are, gathered column by column: `print` (time, tid, text, end), `plain`, which are
 * switches and wakings (tag, end, time), and payload spans of task events, of the kernel's slices, of prints of
 * unusual form, and of all other events of unusual form. */
enum { PRINTS, PLAINS, TASKS, KERNELS, BADS, OTHERS, LISTS };

typedef struct {
    const u8 *data, *rare;
    i64 **print, **plain, **spans[LISTS], count[LISTS];
    i64 width;
    u64 bytes, bits, going_on, first, last;
} Events;

/* Times are of `width` bytes: all of them but the last go on. */
static void of_width(Events *events, i64 width) {
    events->width = width;
    events->bytes = width < 8 ? ((u64)1 << 8 * width) - 1 : ~(u64)0;
    events->bits = events->bytes & 0x8080808080808080u;
    events->going_on = events->bits & (events->bytes >> 8);
}

static inline void list(Events *events, int which, i64 start, i64 end) {
    i64 row = events->count[which]++;
    events->spans[which][0][row] = start;
    events->spans[which][1][row] = end;
}

static inline void take_event(Events *events, i64 start, i64 limit) {
    const u8 *data = events->data;
    i64 at = start + 1;
    u64 time = word(data + at), tid;
    if ((time & events->bits) != events->going_on || data[at + events->width] != PID) {
        list(events, OTHERS, start, limit);
        return;
    }
    time = septets(time & events->bytes);
    at += events->width;
    i64 told = varint(data + at + 1, &tid);
    at += 1 + told;
    if (told < 1 || told > 4 || at > limit) {
        list(events, OTHERS, start, limit);
        return;
    }
    if (time < events->first) events->first = time;
    if (time > events->last) events->last = time;
    if (at == limit) return;
    unsigned tag = data[at];
    if (tag == PRINT) {
        i64 text = text_of(data, at + 1, limit);
        if (!text) {
            list(events, BADS, start, limit);
            return;
        }
        i64 row = events->count[PRINTS]++, **print = events->print;
        print[0][row] = (i64)time;
        print[1][row] = (i64)tid;
        print[2][row] = text;
        print[3][row] = limit;
        return;
    }
    if (tag == SWITCH || tag == WAKING) {
        i64 row = events->count[PLAINS]++, **plain = events->plain;
        plain[0][row] = at;
        plain[1][row] = limit;
        plain[2][row] = (i64)time;
    }
    u8 kind = events->rare[tag | (unsigned)data[at + 1] << 8];
    if (kind == 1) list(events, TASKS, start, limit);
    if (kind == 2) list(events, KERNELS, start, limit);
}

static Events events_of(const u8 *data, const u8 *rare, i64 **print, i64 **plain, i64 **spans) {
    Events events = {data, rare, print, plain, {0}, {0}, 0, 0, 0, 0, INT64_MAX, 0};
    for (int which = TASKS; which < LISTS; which++) events.spans[which] = spans + 2 * (which - TASKS);
    return events;
}

/* The numbers of rows, and the first and the last time of events of the usual form, the first above the last where
 * there are none. */
static void tell(const Events *events, i64 *found) {
    memcpy(found, events->count, sizeof events->count);
    found[LISTS] = (i64)events->first;
    found[LISTS + 1] = (i64)events->last;
}

/* ftrace._decode_events: what events are, by their times of `width` bytes, their threads, and what follows. `rare`
 * is the table of tags: 1 a task event, 2 a slice of the kernel. */
void silky_events(const u8 *data, i64 count, const i64 *start, const i64 *end, i64 width, const u8 *rare, i64 **print,
                  i64 **plain, i64 **spans, i64 *found) {
    Events events = events_of(data, rare, print, plain, spans);
    of_width(&events, width);
    for (i64 i = 0; i < count; i++) take_event(&events, start[i], end[i]);
    tell(&events, found);
}

/* The same, of all events of bundles that begin with `cpu` and the times that may stand before the first event. The
 * first event tells how wide times are. Returns -1 where there are more than `room` events. */
i64 silky_bundles(const u8 *data, i64 bundles, const i64 *first, const i64 *last, i64 room, const u8 *rare, i64 **print,
                  i64 **plain, i64 **spans, i64 *stopped, i64 *found) {
    enum { CPU = 0x08, LAST_READ = 0x48, PREVIOUS_END = 0x50 };
    Events events = events_of(data, rare, print, plain, spans);
    i64 all = 0;
    for (i64 i = 0; i < bundles; i++) {
        i64 at = first[i], limit = last[i], body, behind;
        if (at + 2 <= limit && data[at] == CPU && data[at + 1] < 0x80) at += 2;
        for (int twice = 0; twice < 2 && (data[at] == LAST_READ || data[at] == PREVIOUS_END); twice++) {
            u64 time;
            int width = varint(data + at + 1, &time);
            if (!width || at + 1 + width > limit) break;
            at += 1 + width;
        }
        while (at < limit && (behind = event_at(data, at, limit, &body))) {
            if (all == room) return -1;
            if (!all++) {
                u64 time;
                int width = varint(data + body + 1, &time);
                of_width(&events, width ? width : 8);
            }
            take_event(&events, body, behind);
            at = behind;
        }
        stopped[i] = at;
    }
    tell(&events, found);
    return all;
}

/* Whether a name is of a pattern: `*` is any text, `?` any byte. */
static int matches(const u8 *name, i64 length, const u8 *glob, i64 size) {
    i64 n = 0, g = 0, star = -1, again = 0;
    while (n < length) {
        if (g < size && glob[g] == '*') {
            star = g++;
            again = n;
        } else if (g < size && (glob[g] == name[n] || glob[g] == '?')) {
            g++;
            n++;
        } else if (star >= 0) {
            g = star + 1;
            n = ++again;
        } else {
            return 0;
        }
    }
    while (g < size && glob[g] == '*') g++;
    return g == size;
}

/* The process of a text that begins a slice (`B|process|name`) whose ASCII name none of the patterns is of; -1: it
 * is to be looked at. `globs` are patterns with their length, one byte, before each. */
static i64 unwanted(const u8 *text, i64 length, const u8 *globs, i64 globs_size) {
    enum { MOST_DIGITS = 7 };
    i64 at = 2, process = 0;
    while (length && (text[length - 1] == '\n' || !text[length - 1])) length--;
    if (!globs_size || length < 5 || text[0] != 'B' || text[1] != '|') return -1;
    for (; at < length && at < 2 + MOST_DIGITS && text[at] >= '0' && text[at] <= '9'; at++)
        process = 10 * process + (text[at] - '0');
    if (at == 2 || at >= length || text[at] != '|') return -1;
    const u8 *name = text + at + 1;
    i64 named = length - at - 1;
    if (!named) return -1;
    for (i64 i = 0; i < named; i++)
        if (name[i] > 0x7F) return -1;
    for (i64 g = 0; g < globs_size; g += 1 + globs[g])
        if (matches(name, named, globs + g + 1, globs[g])) return -1;
    return process;
}

/* Interner.numbers: the numbers of texts, by a table of `slots` (a power of two) places; `used` counts those that
 * are taken. A new text takes a place at once; `fresh` gets its place in the table, `first` which text it was, and
 * `process` what `unwanted` says of it; until the caller has put a number in its place, the text's number is
 * -1 - (its place in `fresh`). What is looked at alone has the number ALONE. Returns how many texts were done:
 * fewer where the table is half full. */
#define ALONE INT64_MIN
#ifdef __GNUC__
#define SOON(place) __builtin_prefetch(place)
#else
#define SOON(place) ((void)(place))
#endif
i64 silky_intern(const u8 *data, i64 count, const i64 *start, const i64 *end, u64 *keys, i64 *numbers, i64 slots,
                 const u8 *globs, i64 globs_size, i64 *used, i64 *out, i64 *fresh, i64 *first, i64 *process) {
    /* Places of the table are asked for some texts ahead, as they are rarely in the cache. */
    enum { AHEAD = 8 };
    u64 soon[AHEAD];
    i64 new = 0, i = 0, asked = 0;
    u64 mask = (u64)slots - 1;
    for (; i < count && 2 * (used[0] + 1) <= slots; i++) {
        for (; asked < count && asked < i + AHEAD; asked++) {
            u64 next = soon[asked % AHEAD] = mixed(data + start[asked], end[asked] - start[asked]);
            SOON(keys + ((next >> 32) & mask));
            SOON(numbers + ((next >> 32) & mask));
        }
        i64 length = end[i] - start[i];
        u64 key = soon[i % AHEAD];
        if (!key) {
            out[i] = ALONE;
            continue;
        }
        u64 slot = (key >> 32) & mask;
        while (keys[slot] && keys[slot] != key) slot = (slot + 1) & mask;
        if (!keys[slot]) {
            keys[slot] = key;
            numbers[slot] = -1 - new;
            fresh[new] = (i64)slot;
            process[new] = unwanted(data + start[i], length, globs, globs_size);
            first[new++] = i;
            used[0]++;
        }
        out[i] = numbers[slot];
    }
    used[1] = new;
    return i;
}

/* A number of one to three bytes that ends before `end`, with the tag of the next thread before it; -1: none. */
static i64 number_before(const u8 *data, i64 end) {
    i64 at = end - 1;
    if (at < 3 || data[at] > 0x7F) return -1;
    i64 value = data[at];
    if (data[at - 1] & 0x80) {
        value = value << 7 | (data[--at] & 0x7F);
        if (data[at - 1] & 0x80) value = value << 7 | (data[--at] & 0x7F);
    }
    return data[at - 1] == NEXT_PID ? value : -1;
}

/* sched._next_threads: the next thread's number read backwards from the end of a switch; -1: not told so. */
static i64 next_thread(const u8 *data, i64 end) {
    if (end < 24) return -1;
    if (data[end - 1] > 0x7F) return -1;
    if (data[end - 2] == NEXT_PRIO) {
        i64 value = number_before(data, end - 2);
        if (value >= 0) return value;
    }
    if (data[end - 2] == 0xFF && data[end - 11] == NEXT_PRIO) return number_before(data, end - 11);
    if (data[end - 2] > 0x7F && data[end - 3] == NEXT_PRIO) return number_before(data, end - 3);
    return -1;
}

/* Which of what was said of a thread came last. A row of LAST cells: the thread, the time, 1 where it is an
 * event's first thread (which counts as the later of two of one time), the event, and two cells for whoever asks.
 * `row_of` has the row of each thread in `best`, -1 where nothing was said of it. */
enum { THREADS = 1 << 16, LAST = 6 };

typedef struct {
    i64 *best, rows;
    int32_t *row_of;
} Latest;

static void keep(Latest *latest, const i64 *said) {
    int32_t *row = latest->row_of + said[0];
    if (*row < 0) {
        *row = (int32_t)latest->rows++;
    } else {
        const i64 *cell = latest->best + LAST * *row;
        if (said[1] < cell[1] || (said[1] == cell[1] && said[2] < cell[2])) return;
    }
    memcpy(latest->best + LAST * *row, said, LAST * sizeof *said);
}

/* Leave `row_of` as it was found. */
static i64 forget(Latest *latest) {
    for (i64 i = 0; i < latest->rows; i++) latest->row_of[latest->best[LAST * i]] = -1;
    return latest->rows;
}

typedef struct {
    i64 body, name_end, first;
} Head;

/* The body of a switch or waking whose length is at `at`, and its first thread if told as usual (else -1). */
static Head head_of(const u8 *data, i64 at, i64 end) {
    Head head;
    u64 length, tid;
    if ((data[at] & 0x80) && (data[at + 1] & 0x80) && data[at + 2] == 0x80 && data[at + 3] == 0) {
        head.body = at + 4;
    } else {
        head.body = at + varint(data + at, &length);
    }
    head.name_end = head.body + 2 + (data[head.body + 1] & 0x7F);
    head.first = -1;
    if (head.name_end >= end || data[head.body] != NAME || data[head.body + 1] > 0x7F) return head;
    if (data[head.name_end] != PID) return head;
    int width = varint(data + head.name_end + 1, &tid);
    if (width >= 1 && width <= 3 && head.name_end + width < end) head.first = (i64)tid;
    return head;
}

/* sched.last_plain_names: of switches and wakings, which names a thread last: rows of `best`
 * (the last cells: the name and its end for a first thread, the body for a next one). `always` marks threads of
 * which every event counts: their rows go to `named`. `rest` gets what the schema must tell (event, body, 1
 * where it is the next thread, 1 where it is the first). Returns -1 where a thread's number is too large. */
i64 silky_names(const u8 *data, i64 count, const i64 *tag, const i64 *end, const i64 *time, i64 *best,
                int32_t *row_of, const u8 *always, i64 *named, i64 *rest, i64 *found) {
    Latest latest = {best, 0, row_of};
    i64 names = 0, rests = 0;
    for (i64 i = 0; i < count; i++) {
        int is_switch = data[tag[i]] == SWITCH;
        if (!(is_switch || data[tag[i] + 1] == WAKING_HIGH)) continue;
        Head head = head_of(data, tag[i] + (is_switch ? 1 : 2), end[i]);
        i64 following = is_switch ? next_thread(data, end[i]) : -1;
        if (head.first >= THREADS || following >= THREADS) {
            forget(&latest);
            return -1;
        }
        if (following >= 0) {
            i64 said[LAST] = {following, time[i], 0, i, head.body, 0};
            if (always[following]) {
                memcpy(named + LAST * names++, said, sizeof said);
            } else {
                keep(&latest, said);
            }
        }
        if (head.first >= 0) {
            i64 said[LAST] = {head.first, time[i], 1, i, head.body + 2, head.name_end};
            if (always[head.first]) {
                memcpy(named + LAST * names++, said, sizeof said);
            } else {
                keep(&latest, said);
            }
        }
        if ((is_switch && following < 0) || head.first < 0) {
            i64 row[4] = {i, head.body, is_switch && following < 0, head.first < 0};
            memcpy(rest + 4 * rests++, row, sizeof row);
        }
    }
    found[0] = names;
    found[1] = rests;
    return forget(&latest);
}

/* A packed list of varints, read one by one; `odd` once one of them is longer than eight bytes or not whole. */
typedef struct {
    const u8 *data;
    i64 at, end;
    int odd;
} List;

static u64 next_of(List *list) {
    u64 value;
    int width = varint(list->data + list->at, &value);
    list->at += width;
    list->odd |= !width || list->at > list->end;
    return value;
}

/* sched.last_names: of packed lists (`CompactSched`), which switch names a thread last; rows as above, the event
 * its place among all of the lists. `names` is room for the table of names of one list. Returns -1 where
 * anything is not as usual: then the schema reads them all. */
static i64 compact_names(const u8 *data, i64 lists, const i64 *start, const i64 *end, i64 *names, i64 room, Latest *latest,
                         const u8 *always, i64 *named, i64 *found) {
    enum { TIMES, THREAD, NAMED, COLUMNS };
    i64 event = 0, rows = 0;
    for (i64 i = 0; i < lists; i++) {
        List column[COLUMNS] = {{data, 0, 0, 0}, {data, 0, 0, 0}, {data, 0, 0, 0}};
        i64 at = start[i], limit = end[i], table = 0;
        while (at < limit) {
            u64 length;
            unsigned tag = data[at];
            int width = varint(data + at + 1, &length);
            i64 body = at + 1 + width;
            if ((tag & 7) != LENGTH || tag > 0x7F || tag < 8 || !width || body + (i64)length > limit) return -1;
            at = body + (i64)length;
            int which = tag == SWITCH_TIMES ? TIMES : tag == NEXT_PIDS ? THREAD : tag == NEXT_NAMES ? NAMED : COLUMNS;
            if (which < COLUMNS) {
                if (column[which].end) return -1;
                column[which].at = body;
                column[which].end = at;
            } else if (tag == INTERNED) {
                if (table == room) return -1;
                names[2 * table] = body;
                names[2 * table++ + 1] = at;
            }
        }
        i64 time = 0;
        while (column[TIMES].at < column[TIMES].end) {
            if (column[THREAD].at >= column[THREAD].end || column[NAMED].at >= column[NAMED].end) return -1;
            time += (i64)next_of(&column[TIMES]);
            u64 tid = next_of(&column[THREAD]), name = next_of(&column[NAMED]);
            if (column[TIMES].odd || column[THREAD].odd || column[NAMED].odd) return -1;
            if (time >> 60 || tid >= THREADS) return -1;
            if (name < (u64)table) {
                i64 said[LAST] = {(i64)tid, time, 0, event, names[2 * name], names[2 * name + 1]};
                if (!always[tid]) {
                    keep(latest, said);
                } else if (rows == room) {
                    return -1;
                } else {
                    memcpy(named + LAST * rows++, said, sizeof said);
                }
            }
            event++;
        }
        if (column[THREAD].at < column[THREAD].end || column[NAMED].at < column[NAMED].end) return -1;
    }
    found[0] = rows;
    return 0;
}

i64 silky_compact_names(const u8 *data, i64 lists, const i64 *start, const i64 *end, i64 *names, i64 room, i64 *best,
                        int32_t *row_of, const u8 *always, i64 *named, i64 *found) {
    Latest latest = {best, 0, row_of};
    i64 failed = compact_names(data, lists, start, end, names, room, &latest, always, named, found);
    i64 rows = forget(&latest);
    return failed ? -1 : rows;
}

/* atrace.Texts.edges: spread the meanings of texts to where they stand. A row of `meanings` is what a text says:
 * step, process, slice's name, kind, name, value, track, begins. Columns get begins and ends (time, tid, process,
 * name, and the step); rows of four go to `marks` and `asynchronous`. */
void silky_spread(i64 count, const i64 *number, const i64 *time, const i64 *tid, const i64 *meanings, i64 *edge[4],
                  int8_t *step, i64 *marks, i64 *asynchronous, i64 *found) {
    enum { STEP, PROCESS, SLICE_NAME, KIND, OF_NAME, VALUE, TRACK, BEGINS, CELLS };
    enum { UNREADABLE = 1, MARK, ASYNC, INSTANTLY = 2, INSTANT = -2 };
    i64 edges = 0, marked = 0, tracked = 0, unreadable = 0;
    for (i64 i = 0; i < count; i++) {
        const i64 *said = meanings + CELLS * number[i];
        if (said[STEP]) {
            for (int twice = 0; twice < (said[STEP] == INSTANTLY ? 2 : 1); twice++) {
                edge[0][edges] = time[i];
                edge[1][edges] = tid[i];
                edge[2][edges] = said[PROCESS];
                edge[3][edges] = twice ? INSTANT : said[SLICE_NAME];
                step[edges++] = (int8_t)(said[STEP] == INSTANTLY ? 1 - 2 * twice : said[STEP]);
            }
        }
        if (said[KIND] == MARK) {
            i64 row[4] = {time[i], said[PROCESS], said[OF_NAME], said[VALUE]};
            memcpy(marks + 4 * marked++, row, sizeof row);
        } else if (said[KIND] == ASYNC) {
            i64 row[4] = {time[i], said[TRACK], said[VALUE], said[BEGINS]};
            memcpy(asynchronous + 4 * tracked++, row, sizeof row);
        } else if (said[KIND] == UNREADABLE) {
            unreadable++;
        }
    }
    found[0] = edges;
    found[1] = marked;
    found[2] = tracked;
    found[3] = unreadable;
}

/* ThreadSlices: the numbers of threads that are known by (tid << 32 | process); 0: some are not. */
i64 silky_threads(i64 count, const i64 *tid, const i64 *process, const i64 *key_of, const int32_t *number_of, i64 small,
                  int32_t *out) {
    for (i64 i = 0; i < count; i++) {
        if (tid[i] < 0 || tid[i] >= small - 1 || !process[i] || key_of[tid[i]] != (tid[i] << 32 | process[i])) return 0;
        out[i] = number_of[tid[i]];
    }
    return 1;
}

/* EdgeBuffer: sort keys of the edges from `from` to `until`, not including it: thread, time since `first` and row, of
 * `time_bits` and `row_bits` bits. Returns how many; -1 where one of them needs more than a look at its step. */
i64 silky_keys(i64 count, const i64 *time, const int32_t *thread, const int8_t *step, const int32_t *name, i64 from,
               i64 until, i64 first, i64 time_bits, i64 row_bits, u64 *keys) {
    enum { INSTANT = -2 };
    i64 found = 0;
    for (i64 i = 0; i < count; i++) {
        if (time[i] < from || time[i] >= until) continue;
        if (name[i] == INSTANT || (step[i] != 1 && step[i] != -1)) return -1;
        keys[found++] = (u64)thread[i] << (time_bits + row_bits) | (u64)(time[i] - first) << row_bits | (u64)i;
    }
    return found;
}

/* EdgeBuffer: leave out edges before a time, in place. Returns how many are left. */
i64 silky_drop(i64 count, i64 until, i64 *time, i64 *place, int32_t *thread, int8_t *step, int32_t *name) {
    i64 kept = 0;
    for (i64 i = 0; i < count; i++) {
        if (time[i] < until) continue;
        time[kept] = time[i];
        place[kept] = place[i];
        thread[kept] = thread[i];
        step[kept] = step[i];
        name[kept++] = name[i];
    }
    return kept;
}

/* ThreadSlices: how edges in the order of their keys nest, whose rows are the last bits of these. Wanted slices that
 * are closed go to `rows` (place, start, duration, thread, depth, name), rows of what is still open to `open`, in the
 * order of the keys. Returns how many ends close nothing. */
i64 silky_settle(i64 count, const u64 *keys, i64 row_bits, const i64 *time, const i64 *place, const int32_t *thread,
                 const int8_t *step, const int32_t *name, const i64 *ends, i64 kinds, i64 *rows, i64 *open, i64 *found) {
    enum { NOT_KEPT = -1, CELLS = 6 };
    i64 closed = 0, still = 0, bottom = 0, unpaired = 0;
    u64 mask = ((u64)1 << row_bits) - 1;
    int32_t mine = -1;
    for (i64 i = 0; i < count; i++) {
        i64 row = (i64)(keys[i] & mask);
        if (thread[row] != mine) bottom = still;
        mine = thread[row];
        if (step[row] > 0) {
            open[still++] = row;
        } else if (still > bottom) {
            i64 begin = open[--still], end = name[row];
            if (end < 0 && end > -kinds && ends[-end] != NOT_KEPT && ends[-end] != name[begin]) return -1;
            if (name[begin] < 0) continue;
            i64 said[CELLS] = {place[begin], time[begin], time[row] - time[begin], mine, still - bottom, name[begin]};
            memcpy(rows + CELLS * closed++, said, sizeof said);
        } else {
            unpaired++;
        }
    }
    found[0] = closed;
    found[1] = still;
    return unpaired;
}
