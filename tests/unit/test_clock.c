/*
 * test_clock.c: dates, and zones compared with the C library, which reads the same tzdata by other
 * code. The library needs TZ for that; the code under test must never touch it.
 */
#include "base/clock.h"
#include "base/file.h"
#include "base/zone.h"
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void odd_dates_are_refused(void **state)
{
    static const char *const rows[] = {
        "",           "2",          "202",        "20261",      "2026-",
        "2026-1",     "2026-00",    "2026-13",    "2026-1-1",   "2026-11-",
        "2026-11-1",  "2026-11-00", "2026-11-31", "2026-02-29", "1900-02-29",
        "2100-02-29", "2026/11/21", "2026-11/21", "21.11.2026", "2026-11-21 ",
        " 2026-11-2", "2026-11-2a", "-026-11-21", "+026-11-21", "2026-11-21T",
        "20261121",   "2026-+1",    "2026- 1",    "2026-1a",    "202a",
        "２０２６",   "2026-11\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (clock_is_date(rows[i]))
            fail_msg("taken: \"%s\"", rows[i]);
}

static void dates_are_taken(void **state)
{
    static const char *const rows[] = {
        "2026",       "0000",       "9999",       "2026-01",    "2026-12",
        "2026-11-21", "2026-01-31", "2024-02-29", "2000-02-29", "2026-02-28",
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_true(clock_is_date(rows[i]));
}

static void instants_are_written(void **state)
{
    static const struct {
        int64_t when;
        const char *want;
    } rows[] = {
        {0, "1970-01-01T00:00:00Z"},
        {-1, "1969-12-31T23:59:59Z"},
        {951782400, "2000-02-29T00:00:00Z"},
        {1795248900, "2026-11-21T08:15:00Z"},
        {4294967296, "2106-02-07T06:28:16Z"},
        {253402300799, "9999-12-31T23:59:59Z"},
        {253402300800, "9999-12-31T23:59:59Z"},
        {INT64_MAX, "9999-12-31T23:59:59Z"},
        {-62167219200, "0000-01-01T00:00:00Z"},
        {INT64_MIN, "0000-01-01T00:00:00Z"},
    };
    char text[21];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        clock_format((time_t)rows[i].when, text);
        assert_string_equal(text, rows[i].want);
    }
}

static void now_can_be_set(void **state)
{
    static const char *const odd[] = {
        "", "x", "-1", " 5", "5 ", "0x5", "1e9", "99999999999999999999", "253402300800"};
    int saved = dup(STDERR_FILENO);
    int null = open("/dev/null", O_WRONLY);
    time_t before = time(NULL);

    (void)state;
    setenv("VHOD_NOW", "1795248900", 1);
    assert_int_equal(clock_now(), 1795248900);
    setenv("VHOD_NOW", "010", 1);
    assert_int_equal(clock_now(), 10);
    dup2(null, STDERR_FILENO);
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        setenv("VHOD_NOW", odd[i], 1);
        assert_true(clock_now() >= before);
        assert_true(clock_now() < before + 60);
    }
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(null);
    unsetenv("VHOD_NOW");
    assert_true(clock_now() >= before);
}

static void odd_zones_are_refused(void **state)
{
    static const char *const rows[] = {
        "",
        "/",
        ".",
        "..",
        "Europe",
        "Europe/",
        "/Europe/Moscow",
        "Europe//Moscow",
        "Europe/../Europe/Moscow",
        "../zoneinfo/Europe/Moscow",
        "./Europe/Moscow",
        "Europe/Moscow ",
        " Europe/Moscow",
        "Europe/Moscow\n",
        "Europe\\Moscow",
        "Europe/Москва",
        "Europe/Nowhere",
        "Europe/Moscow/x",
        "zone.tab",
        "tzdata.zi",
        "right/Europe/Moscow",
        "MSK-3",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    };
    int seconds = 4711;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (clock_is_zone(rows[i]))
            fail_msg("taken: \"%s\"", rows[i]);
        assert_int_not_equal(clock_offset(rows[i], 0, &seconds), ERR_NONE);
    }
    assert_int_equal(clock_offset("Europe/Nowhere", 0, &seconds), ERR_NOT_FOUND);
    assert_int_equal(clock_offset("../x", 0, &seconds), ERR_NOT_FOUND);
    assert_int_equal(seconds, 4711);
}

/* All zones of Russia, and zones with each kind of rule: north, south, half hours, negative saving,
 * changes on a Friday, at 24:00 or before midnight, none at all. */
static const char *const zones[] = {
    "Europe/Kaliningrad", "Europe/Moscow",
    "Europe/Simferopol",  "Europe/Kirov",
    "Europe/Volgograd",   "Europe/Astrakhan",
    "Europe/Saratov",     "Europe/Ulyanovsk",
    "Europe/Samara",      "Asia/Yekaterinburg",
    "Asia/Omsk",          "Asia/Novosibirsk",
    "Asia/Barnaul",       "Asia/Tomsk",
    "Asia/Novokuznetsk",  "Asia/Krasnoyarsk",
    "Asia/Irkutsk",       "Asia/Chita",
    "Asia/Yakutsk",       "Asia/Khandyga",
    "Asia/Vladivostok",   "Asia/Ust-Nera",
    "Asia/Magadan",       "Asia/Sakhalin",
    "Asia/Srednekolymsk", "Asia/Kamchatka",
    "Asia/Anadyr",        "UTC",
    "Etc/GMT+12",         "Etc/GMT-14",
    "Europe/Berlin",      "Europe/Dublin",
    "Europe/London",      "America/New_York",
    "America/St_Johns",   "America/Santiago",
    "America/Nuuk",       "Asia/Jerusalem",
    "Asia/Kathmandu",     "Asia/Beirut",
    "Australia/Sydney",   "Australia/Lord_Howe",
    "Pacific/Auckland",   "Pacific/Chatham",
    "Pacific/Apia",       "Africa/Casablanca",
    "Africa/Cairo",       "Antarctica/Troll",
    "Asia/Gaza",          "America/Argentina/Buenos_Aires",
    "America/Chicago",    "Asia/Tehran",
};

#define ZONES (sizeof zones / sizeof zones[0])

/* Seconds east as the C library has it. */
static int reference(const char *zone, time_t when)
{
    struct tm parts;

    setenv("TZ", zone, 1);
    tzset();
    assert_non_null(localtime_r(&when, &parts));
    return (int)parts.tm_gmtoff;
}

/* Steps of 5 days, 17 hours and some seconds meet every part of a year; 1850 to 2200. */
static void offsets_equal_the_library(void **state)
{
    (void)state;
    for (size_t i = 0; i < ZONES; i++) {
        assert_true(clock_is_zone(zones[i]));
        for (int64_t when = -3786825600; when < 7258118400; when += 493291) {
            int seconds = 0;
            int want = reference(zones[i], (time_t)when);

            assert_int_equal(clock_offset(zones[i], (time_t)when, &seconds), ERR_NONE);
            if (seconds != want)
                fail_msg("%s at %lld: %d, want %d", zones[i], (long long)when, seconds, want);
        }
    }
    unsetenv("TZ");
}

/* Each second around every change of the footer's rule in 2040 and 2041: found by halving. */
static void changes_happen_at_the_same_second(void **state)
{
    (void)state;
    for (size_t i = 0; i < ZONES; i++)
        for (int64_t day = 2208988800; day < 2208988800 + 731LL * 86400; day += 86400) {
            int64_t low = day;
            int64_t high = day + 86400;
            int before = reference(zones[i], (time_t)low);
            int seconds = 0;

            if (reference(zones[i], (time_t)high) == before)
                continue;
            while (high - low > 1) {
                int64_t middle = low + (high - low) / 2;

                if (reference(zones[i], (time_t)middle) == before)
                    low = middle;
                else
                    high = middle;
            }
            assert_int_equal(clock_offset(zones[i], (time_t)low, &seconds), ERR_NONE);
            assert_int_equal(seconds, before);
            assert_int_equal(clock_offset(zones[i], (time_t)high, &seconds), ERR_NONE);
            assert_int_equal(seconds, reference(zones[i], (time_t)high));
        }
    unsetenv("TZ");
}

static void far_instants_do_no_harm(void **state)
{
    static const int64_t rows[] = {INT64_MIN,        INT64_MIN + 1,          -((int64_t)1 << 50),
                                   (int64_t)1 << 50, ((int64_t)1 << 50) + 1, INT64_MAX - 1,
                                   INT64_MAX};
    int seconds;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(clock_offset("Europe/Berlin", (time_t)rows[i], &seconds), ERR_NONE);
        assert_in_range(seconds, 3000, 7200);
        assert_int_equal(clock_offset("Asia/Barnaul", (time_t)rows[i], &seconds), ERR_NONE);
        assert_in_range(seconds, 20000, 26000);
    }
}

/* --- made-up zone files: a folder of the test's own is $TZDIR --- */

static char folder[] = "/tmp/vhod-test-clock-XXXXXX";

static int enter(void **state)
{
    (void)state;
    strcpy(folder + sizeof folder - 7, "XXXXXX");
    return mkdtemp(folder) == NULL || setenv("TZDIR", folder, 1) != 0 ? -1 : 0;
}

static int leave(void **state)
{
    char command[100];

    (void)state;
    unsetenv("TZDIR");
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static enum err load_bytes(struct zone **out, const void *data, size_t len)
{
    char *path = file_path(folder, "Made/Up", NULL);
    char *made = file_path(folder, "Made", NULL);
    FILE *file;

    assert_int_equal(file_make_folder(made), ERR_NONE);
    file = fopen(path, "w");
    assert_non_null(file);
    fwrite(data, 1, len, file);
    fclose(file);
    free(made);
    free(path);
    return zone_load(out, "Made/Up");
}

/* A file without transitions, with one type (+01:00:00) and this footer. */
static enum err load_footer(struct zone **out, const char *footer)
{
    static const char header[44] = "TZif2";
    struct buffer b = BUFFER_INIT;
    enum err err;

    buffer_add(&b, header, 44);
    buffer_add(&b, header, 36);
    buffer_add(&b, "\0\0\0\1\0\0\0\4", 8);
    buffer_add(&b,
               "\0\0\x0e\x10\0\0"
               "CET\0",
               10);
    buffer_puts(&b, footer);
    err = load_bytes(out, b.data, b.len);
    buffer_free(&b);
    return err;
}

static void odd_footers_are_refused(void **state)
{
    static const char *const rows[] = {
        "",
        "\n",
        "x\nMSK-3\n",
        "\nMSK-3",
        "\nM-3\n",
        "\nMSK\n",
        "\nMSK-\n",
        "\nMSK-168\n",
        "\nMSK-3:60\n",
        "\nMSK-3:00:60\n",
        "\n<+03-3\n",
        "\nMSK-3 \n",
        "\nMSK-3X\n",
        "\nMSK-3MSD\n",
        "\nMSK-3MSD,M3.5.0\n",
        "\nMSK-3MSD,M0.5.0,M10.5.0\n",
        "\nMSK-3MSD,M13.5.0,M10.5.0\n",
        "\nMSK-3MSD,M3.0.0,M10.5.0\n",
        "\nMSK-3MSD,M3.6.0,M10.5.0\n",
        "\nMSK-3MSD,M3.5.7,M10.5.0\n",
        "\nMSK-3MSD,M3.5,M10.5.0\n",
        "\nMSK-3MSD,M3.5.0,M10.5.0x\n",
        "\nMSK-3MSD,J0,J300\n",
        "\nMSK-3MSD,J366,J300\n",
        "\nMSK-3MSD,366,300\n",
        "\nMSK-3MSD,M3.5.0/,M10.5.0\n",
        "\nMSK-3MSD,M3.5.0/999,M10.5.0\n",
        "\nMSK-00000000000000003\n",
    };
    struct zone *zone;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (load_footer(&zone, rows[i]) != ERR_INVALID)
            fail_msg("taken: \"%s\"", rows[i]);
        assert_null(zone);
    }
}

static void footers_are_obeyed(void **state)
{
    static const struct {
        const char *footer;
        int64_t when;
        int want;
    } rows[] = {
        {"\n\n", 0, 3600},       /* nobody knows: the last type holds */
        {"\nMSK-3\n", 0, 10800}, /* west is positive in POSIX */
        {"\n<+0545>-5:45\n", 0, 20700},
        {"\nXXX+2:03:04\n", 0, -7384},
        /* J60 is 1 March in every year, 59 is 29 February in a leap year */
        {"\nAAA0BBB,J60/0,J61/0\n", 1709251200 - 1, 0},            /* 2024-02-29T23:59:59 */
        {"\nAAA0BBB,J60/0,J61/0\n", 1709251200, 3600},             /* 2024-03-01 */
        {"\nAAA0BBB,J60/0,J61/0\n", 1677628800, 3600},             /* 2023-03-01 */
        {"\nAAA0BBB,59/0,60/0\n", 1709251200 - 86400, 3600},       /* 2024-02-29 */
        {"\nAAA0BBB,59/0,60/0\n", 1677628800, 3600},               /* 2023-03-01 */
        {"\nAAA0BBB-2,J1/0,J365/25\n", 1700000000, 7200},          /* saving all the year */
        {"\nAAA0BBB,M12.5.0/0,M1.1.0/0\n", 1704067200 - 60, 3600}, /* over the new year */
        {"\nAAA0BBB,M3.5.0,M10.5.0\n", 1711846800 - 1, 0},         /* 2024-03-31T01:00 */
        {"\nAAA0BBB,M3.5.0/-1,M10.5.0\n", 1711839600, 3600},       /* 2024-03-30T23:00 */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct zone *zone;

        assert_int_equal(load_footer(&zone, rows[i].footer), ERR_NONE);
        if (zone_offset(zone, (time_t)rows[i].when) != rows[i].want)
            fail_msg("%s at %lld: %d", rows[i].footer, (long long)rows[i].when,
                     zone_offset(zone, (time_t)rows[i].when));
        zone_free(zone);
    }
}

/* Two transitions, at these times (one byte each) and to these types, of which there is one. */
static enum err load_transitions(unsigned char first, unsigned char second, char kind)
{
    static const char header[44] = "TZif2";
    struct buffer b = BUFFER_INIT;
    struct zone *zone;
    enum err err;

    buffer_add(&b, header, 44);
    buffer_add(&b, header, 32);
    buffer_add(&b, "\0\0\0\2\0\0\0\1\0\0\0\4", 12);
    buffer_add(&b, "\0\0\0\0\0\0\0", 7);
    buffer_putc(&b, (char)first);
    buffer_add(&b, "\0\0\0\0\0\0\0", 7);
    buffer_putc(&b, (char)second);
    buffer_putc(&b, 0);
    buffer_putc(&b, kind);
    buffer_add(&b,
               "\0\0\x0e\x10\0\0"
               "CET\0\n\n",
               12);
    err = load_bytes(&zone, b.data, b.len);
    zone_free(zone);
    buffer_free(&b);
    return err;
}

static void odd_transitions_are_refused(void **state)
{
    (void)state;
    assert_int_equal(load_transitions(1, 2, 0), ERR_NONE);
    assert_int_equal(load_transitions(1, 2, 1), ERR_INVALID); /* no such type */
    assert_int_equal(load_transitions(1, 2, -1), ERR_INVALID);
    assert_int_equal(load_transitions(2, 2, 0), ERR_INVALID); /* not in order */
    assert_int_equal(load_transitions(3, 2, 0), ERR_INVALID);
}

/* Every cut and every changed byte of a real file: refused or read, never a crash. */
static void broken_files_do_no_harm(void **state)
{
    struct buffer b = BUFFER_INIT;
    struct zone *zone;

    (void)state;
    assert_int_equal(file_read(&b, "/usr/share/zoneinfo/Europe/Moscow", 100000), ERR_NONE);
    for (size_t len = 0; len < b.len; len++)
        assert_int_equal(load_bytes(&zone, b.data, len), ERR_INVALID);
    for (size_t i = 0; i < b.len; i++) {
        char kept = b.data[i];

        b.data[i] = (char)(kept ^ 0xff);
        if (load_bytes(&zone, b.data, b.len) == ERR_NONE) {
            (void)zone_offset(zone, INT32_MIN);
            (void)zone_offset(zone, 0);
            (void)zone_offset(zone, (time_t)1 << 40);
            zone_free(zone);
        }
        b.data[i] = kept;
    }
    assert_int_equal(load_bytes(&zone, b.data, b.len), ERR_NONE);
    assert_int_equal(zone_offset(zone, 1795248900), 10800);
    zone_free(zone);
    buffer_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(odd_dates_are_refused),
        cmocka_unit_test(dates_are_taken),
        cmocka_unit_test(instants_are_written),
        cmocka_unit_test(now_can_be_set),
        cmocka_unit_test(odd_zones_are_refused),
        cmocka_unit_test(offsets_equal_the_library),
        cmocka_unit_test(changes_happen_at_the_same_second),
        cmocka_unit_test(far_instants_do_no_harm),
        cmocka_unit_test_setup_teardown(odd_footers_are_refused, enter, leave),
        cmocka_unit_test_setup_teardown(footers_are_obeyed, enter, leave),
        cmocka_unit_test_setup_teardown(odd_transitions_are_refused, enter, leave),
        cmocka_unit_test_setup_teardown(broken_files_do_no_harm, enter, leave),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
