/*
 * Tests of base/network.c: which lists are refused, and which addresses are in a range.
 */
#include "base/network.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void bad_lists_are_refused(void **state)
{
    static const struct {
        const char *text;
        size_t at; /* where the bad one begins */
    } cases[] = {
        {"10.0.0.0/33", 0},
        {"10.0.0.0/", 0},
        {"10.0.0.0/-1", 0},
        {"10.0.0.0/08", 0},
        {"10.0.0.0/8/8", 0},
        {"10.0.0.1/8", 0},
        {"10.0.0/8", 0},
        {"10.0.0.256", 0},
        {"010.0.0.0/8", 0},
        {"0x0a.0.0.0", 0},
        {"::/129", 0},
        {"2001:db8::1/32", 0},
        {"fe80::1%eth0", 0},
        {"[::1]", 0},
        {"localhost", 0},
        {"10.0.0.0/8;::1", 0},
        {"10.0.0.0/8, ::1, x", 17},
        {"10.0.0.0 /8", 9},
        {"1111111111111111111111111111111111111111111111111111111111111111111", 0},
    };
    struct networks networks;
    const char *wrong;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (networks_parse(&networks, cases[i].text, &wrong) != ERR_INVALID)
            fail_msg("%s was taken", cases[i].text);
        assert_int_equal(wrong - cases[i].text, cases[i].at);
    }
}

static void more_than_fit_are_refused(void **state)
{
    char text[NETWORKS_MAX * 4 + 5] = "";
    struct networks networks;
    const char *wrong;

    (void)state;
    for (int i = 0; i < NETWORKS_MAX; i++)
        strcat(text, "::1,");
    assert_int_equal(networks_parse(&networks, text, &wrong), ERR_NONE);
    assert_int_equal(networks.count, NETWORKS_MAX);
    strcat(text, "::1");
    assert_int_equal(networks_parse(&networks, text, &wrong), ERR_LIMIT);
}

static void addresses_are_in_ranges(void **state)
{
    static const struct {
        const char *list, *address;
        bool in;
    } cases[] = {
        {"", "10.0.0.1", false},
        {" , ", "10.0.0.1", false},
        {"10.0.0.0/8", "10.0.0.0", true},
        {"10.0.0.0/8", "10.255.255.255", true},
        {"10.0.0.0/8", "11.0.0.0", false},
        {"10.0.0.0/8", "9.255.255.255", false},
        {"10.0.0.0/8", "::ffff:10.1.2.3", true},
        {"10.0.0.0/8", "::10.1.2.3", false},
        {"10.0.0.0/8", "a00::", false},
        {"10.0.0.0/8", "", false},
        {"10.0.0.0/8", "unix:", false},
        {"10.0.0.0/8", "10.1.2.3:8080", false},
        {"10.0.0.0/8", "10.1.2", false},
        {"192.168.16.0/20", "192.168.31.255", true},
        {"192.168.16.0/20", "192.168.32.0", false},
        {"192.168.1.7", "192.168.1.7", true},
        {"192.168.1.7", "192.168.1.6", false},
        {"192.168.1.6/31", "192.168.1.7", true},
        {"192.168.1.7/32", "192.168.1.7", true},
        {"192.168.1.7/32", "192.168.1.6", false},
        {"2001:db8::1/128", "2001:db8::1", true},
        {"0.0.0.0/0", "203.0.113.9", true},
        {"0.0.0.0/0", "2001:db8::1", false},
        {"::/0", "2001:db8::1", true},
        {"::/0", "203.0.113.9", true},
        {"2001:db8::/32", "2001:DB8:ffff:ffff:ffff:ffff:ffff:ffff", true},
        {"2001:db8::/32", "2001:db9::", false},
        {"2001:db8::/33", "2001:db8:8000::", false},
        {"2001:db8::/33", "2001:db8:7fff::", true},
        {"::1", "::1", true},
        {"::1", "0:0:0:0:0:0:0:1", true},
        {"::1", "127.0.0.1", false},
        {"::ffff:10.0.0.0/104", "10.1.2.3", true},
        {"10.0.0.0/8, 172.16.0.0/12,2001:db8::/32\t::1", "172.31.0.9", true},
        {"10.0.0.0/8, 172.16.0.0/12,2001:db8::/32\t::1", "::1", true},
        {"10.0.0.0/8, 172.16.0.0/12,2001:db8::/32\t::1", "172.32.0.9", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct networks networks;
        const char *wrong;

        if (networks_parse(&networks, cases[i].list, &wrong) != ERR_NONE)
            fail_msg("%s was refused", cases[i].list);
        if (networks_contain(&networks, cases[i].address) != cases[i].in)
            fail_msg("%s in %s", cases[i].address, cases[i].list);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_lists_are_refused),
        cmocka_unit_test(more_than_fit_are_refused),
        cmocka_unit_test(addresses_are_in_ranges),
    };

    return cmocka_run_group_tests_name("network", tests, NULL, NULL);
}
