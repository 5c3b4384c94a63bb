/*
 * Tests of pages/contacts.c: hours as a page shows them, by the contact's clock and by the
 * reader's.
 */
#include "pages/contacts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* In place of the snapshot: no holidays. */
enum err directory_document(struct directory *directory, const char *query,
                            const struct directory_value *values, json_t **out)
{
    (void)directory;
    assert_string_equal(query, "holidays");
    assert_null(values);
    *out = json_array();
    return ERR_NONE;
}

/* The contact after it was given its clock; *expires is when the page must be made anew. */
static json_t *dress(const char *hours, const char *own, const char *here, time_t *expires)
{
    json_t *contacts = json_pack("[{s:s, s:s}]", "hours", hours, "timezone", own);
    json_t *contact = json_incref(json_array_get(contacts, 0));
    struct page_call call = {.directory = NULL};
    struct page_answer answer = {.expires = 0};

    assert_int_equal(contacts_add_clock(&call, contacts, here, &answer), ERR_NONE);
    *expires = answer.expires;
    json_decref(contacts);
    return contact;
}

static void spans_in_both_clocks(void **state)
{
    static const struct {
        const char *hours, *own, *here;
        const char *from, *to, *from_here, *to_here; /* NULL: not said */
    } rows[] = {
        {"mon-fri 09:00-18:00", "Europe/Moscow", "Europe/Moscow", "9:00", "18:00", NULL, NULL},
        {"mon-fri 09:00-18:00", "Europe/Moscow", "Asia/Barnaul", "9:00", "18:00", "13:00", "22:00"},
        {"mon-fri 09:00-24:00", "Europe/Moscow", "Europe/Moscow", "9:00", "24:00", NULL, NULL},
        /* a beginning at midnight is 0:00, an end there is 24:00 */
        {"mon-fri 20:00-23:00", "Europe/Moscow", "Asia/Barnaul", "20:00", "23:00", "0:00", "3:00"},
        {"mon-fri 09:00-20:00", "Europe/Moscow", "Asia/Barnaul", "9:00", "20:00", "13:00", "24:00"},
        {"mon-fri 00:00-04:00", "Asia/Barnaul", "Europe/Moscow", "0:00", "4:00", "20:00", "24:00"},
        {"mon-fri 04:00-12:00", "Asia/Barnaul", "Europe/Moscow", "4:00", "12:00", "0:00", "8:00"},
        /* round the clock is so by every clock */
        {"mon-sun 00:00-24:00", "Europe/Moscow", "Asia/Barnaul", "0:00", "24:00", NULL, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        time_t expires;
        json_t *contact = dress(rows[i].hours, rows[i].own, rows[i].here, &expires);
        const json_t *span = json_array_get(json_object_get(contact, "spans"), 0);
        const char *const names[] = {"from", "to", "from_here", "to_here"};
        const char *const wanted[] = {rows[i].from, rows[i].to, rows[i].from_here, rows[i].to_here};

        for (size_t n = 0; n < 4; n++) {
            const char *have = json_string_value(json_object_get(span, names[n]));

            if (have == NULL || wanted[n] == NULL ? have != wanted[n]
                                                  : strcmp(have, wanted[n]) != 0)
                fail_msg("%s in %s: %s is %s", rows[i].hours, rows[i].here, names[n],
                         have != NULL ? have : "not said");
        }
        json_decref(contact);
    }
}

static void what_never_changes_does_not_expire(void **state)
{
    time_t expires;
    json_t *contact = dress("mon-sun 00:00-24:00", "Europe/Moscow", NULL, &expires);
    const json_t *now = json_object_get(contact, "state");

    (void)state;
    assert_true(json_is_true(json_object_get(now, "open")));
    assert_null(json_object_get(now, "changes"));
    assert_int_equal(expires, 0);
    json_decref(contact);

    contact = dress("mon-fri 09:00-24:00, tue-sat 00:00-09:00", "Europe/Moscow", NULL, &expires);
    now = json_object_get(contact, "state");
    assert_true(json_is_true(json_object_get(now, "open")));
    assert_string_equal(json_string_value(json_object_get(now, "changes")), "2026-11-28T06:00:00Z");
    assert_string_equal(json_string_value(json_object_get(now, "at")), "9:00");
    assert_int_equal(json_integer_value(json_object_get(now, "weekday")), 6);
    json_decref(contact);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_in_both_clocks),
        cmocka_unit_test(what_never_changes_does_not_expire),
    };

    setenv("VHOD_NOW", "1795599000", 1); /* Wednesday, 2026-11-25T09:30:00Z */
    return cmocka_run_group_tests_name("contacts", tests, NULL, NULL);
}
