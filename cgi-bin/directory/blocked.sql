-- blocked.sql: what the snapshot's tables become while hosts are blocked. Run on a copy in memory (blocked.c), after
-- views.sql, which makes the temporary table taken, and before anything is asked.
--
-- blocked_since(text): since when the host of an address, or a host, is blocked; NULL if it is not. A sign-in address that is
-- taken out leads to the page of its region here, which says why; others to /blocked.

INSERT INTO temp.taken (kind, owner, id, since)
SELECT 'login', region, id, blocked_since(url) FROM login WHERE blocked_since(url) IS NOT NULL
UNION ALL
SELECT 'portal_address', portal, id, blocked_since(url) FROM portal_address WHERE blocked_since(url) IS NOT NULL
UNION ALL
SELECT 'contact', id, '', blocked_since(url) FROM contact WHERE blocked_since(url) IS NOT NULL;

UPDATE login SET url = site() || '/region/' || region WHERE blocked_since(url) IS NOT NULL;
UPDATE portal_address SET url = site() || '/blocked' WHERE blocked_since(url) IS NOT NULL;
DELETE FROM former WHERE blocked_since(url) IS NOT NULL;
UPDATE former SET replaced_by = site() || '/region/' || region WHERE blocked_since(replaced_by) IS NOT NULL;
DELETE FROM search_host WHERE blocked_since(host) IS NOT NULL OR blocked_since(shown) IS NOT NULL;
