-- The transaction of confirm_order as a person would write it by hand: five statements, the same locks in the same
-- order, the same rows.
\set n :n + 1
\set order :first + :client_id * :share + :n
BEGIN;
SELECT o.customer_id AS customer, a.id AS account, o.confirmations + 1 AS turn
FROM orders_order o JOIN credit_creditaccount a ON a.customer_id = o.customer_id
WHERE o.id = :order AND o.status = 'draft' FOR UPDATE OF o \gset
WITH account AS MATERIALIZED (
    SELECT id, credit_limit, balance, open_orders FROM credit_creditaccount WHERE id = :account FOR UPDATE
), priced AS (
    SELECT l.id, coalesce(r.unit_price, p.list_price) AS unit_price, t.rate, round(l.quantity * coalesce(r.unit_price,
        p.list_price), 2) AS net, nullif(c.average, 0) AS unit_cost
    FROM orders_orderline l JOIN inventory_product p ON p.id = l.product_id
    LEFT JOIN inventory_productcost c ON c.product_id = p.id
    JOIN pricing_taxrate t ON t.product_category = p.tax_category AND t.customer_treatment = 'standard'
    LEFT JOIN LATERAL (SELECT unit_price FROM pricing_pricerule r WHERE r.product_id = p.id
        AND (r.customer_id = :customer OR r.customer_id IS NULL) AND r.min_quantity <= l.quantity
        ORDER BY r.customer_id NULLS LAST, r.min_quantity DESC LIMIT 1) r ON true
    WHERE l.order_id = :order
), line AS (
    UPDATE orders_orderline l SET unit_price = p.unit_price, tax_rate = p.rate, net = p.net,
        tax = round(p.net * p.rate / 100, 2), gross = p.net + round(p.net * p.rate / 100, 2), unit_cost = p.unit_cost,
        reserved = quantity, invoiced = quantity, price_why = '{"rule": "list_price"}'
    FROM priced p WHERE l.id = p.id RETURNING l.net, l.tax, l.gross
), total AS (SELECT sum(net) net, sum(tax) tax, sum(gross) gross FROM line),
decision AS (
    INSERT INTO credit_creditdecision (account_id, reference, verdict, amount, inputs, reasons, to_release, rule,
        override_reason, by_id, at)
    SELECT a.id, 'order:' || :order, CASE WHEN a.balance + a.open_orders + t.gross <= a.credit_limit THEN 'approved'
        ELSE 'refused' END, t.gross, jsonb_build_object('limit', a.credit_limit, 'balance', a.balance, 'open_orders',
        a.open_orders, 'amount', t.gross, 'customer', 'Bench', 'currency', 'INR', 'limit_source', 'account', 'status',
        'good', 'overdue_days', 0, 'late_amount', '0.00', 'oldest_late', '', 'open_invoices', 0, 'count_amount', '0.00'),
        '[]', 0, '2026-11', '', 1, now() FROM account a, total t RETURNING id
)
SELECT d.id AS decision, t.net AS net, t.tax AS tax, t.gross AS gross FROM decision d, total t \gset
WITH wanted AS (SELECT id, position, product_id, quantity FROM orders_orderline WHERE order_id = :order),
locked AS MATERIALIZED (
    SELECT l.id, w.position, w.product_id, w.quantity, l.location_id FROM inventory_stocklevel l JOIN wanted w USING (product_id)
    WHERE l.on_hand - l.reserved >= w.quantity ORDER BY l.product_id FOR UPDATE OF l
), counted AS (
    UPDATE inventory_stocklevel l SET reserved = reserved + k.quantity FROM locked k WHERE l.id = k.id
)
INSERT INTO inventory_reservation (product_id, location_id, quantity, state, reference, at)
SELECT product_id, location_id, quantity, 'open', 'order:' || :order || ':' || :turn || ':' || 'line' || ':' || position, now() FROM locked;
WITH o AS (
    UPDATE orders_order SET status = 'confirmed', net = :net, tax = :tax, total = :gross, version = version + 1,
        confirmations = :turn, credit_decision_id = :decision, confirmed_by_id = 1, confirmed_at = now() WHERE id = :order
    RETURNING id
), figures AS (
    INSERT INTO customers_customerfigures AS f (customer_id, orders, spent, first_purchase_on, last_purchase_on)
    VALUES (:customer, 1, :gross, current_date, current_date)
    ON CONFLICT (customer_id) DO UPDATE SET orders = f.orders + 1, spent = f.spent + excluded.spent,
        last_purchase_on = current_date
)
INSERT INTO customers_timelineentry (customer_id, event, text, about, url, by_id, at)
SELECT :customer, 'order.confirmed', 'Order confirmed, ' || :gross, 'orders.order:' || id, '/orders/' || id || '/', 1, now() FROM o;
WITH taken AS (
    INSERT INTO core_documentseries AS s (series, year, last) VALUES ('INV', 2026, 1)
    ON CONFLICT (series, year) DO UPDATE SET last = s.last + 1
    RETURNING 'INV-' || year || '-' || lpad(last::text, greatest(5, length(last::text)), '0') AS number
), invoice AS (
    INSERT INTO credit_invoice (number, account_id, currency, issued_on, due_on, terms, order_number, reference, net, tax,
        rounding, total, outstanding, bill_to, seller, language, issued_by_id, issued_at, pdf)
    SELECT number, :account, 'INR', current_date, current_date, '', 'SO-' || :order, 'order:' || :order, :net, :tax, 0,
        :gross, :gross, jsonb_build_object('name', c.name, 'code', c.code, 'phone', c.phone), '{"name": "Bench"}', 'en', 1, now(), ''
    FROM taken, customers_customer c WHERE c.id = :customer RETURNING id, number
), lines AS (
    INSERT INTO credit_invoiceline (invoice_id, position, order_line, sku, description, quantity, unit_price,
        price_includes_tax, discount, tax_rate, net, tax, gross)
    SELECT i.id, l.position, l.position, p.sku, p.name, l.quantity, l.unit_price, false, 0, l.tax_rate, l.net, l.tax, l.gross
    FROM invoice i, orders_orderline l JOIN inventory_product p ON p.id = l.product_id WHERE l.order_id = :order
), entry AS (
    INSERT INTO credit_receivableentry (account_id, kind, amount, currency, document, reference, posted_on, by_id, at)
    SELECT :account, 'invoice', :gross, 'INR', number, 'invoice:' || number, current_date, 1, now() FROM invoice
), account AS (
    UPDATE credit_creditaccount SET balance = balance + :gross WHERE id = :account
), link AS (
    INSERT INTO credit_retailerlink (uid, account_id, invoice_id, created_at, expires_at, opened)
    SELECT gen_random_uuid(), :account, id, now(), now() + interval '90 days', 0 FROM invoice RETURNING uid
)
INSERT INTO messaging_outboundmessage (uid, key, event, customer_id, channel, recipient, language, subject, body, variables,
    content_sid, content_variables, about, state, not_before, attempts, provider_id, error_code, error_text, queued_at, by_id)
SELECT gen_random_uuid(), 'invoice:' || number, 'invoice_issued', :customer, 'whatsapp', c.phone, 'en', '',
    'Invoice ' || number || ' over ' || :gross || ': http://127.0.0.1/r/' || link.uid, '{}', '', '{}',
    'credit.invoice:' || invoice.id, 'queued', now(), 0, '', '', '', now(), 1
FROM invoice, link, customers_customer c WHERE c.id = :customer;
COMMIT;
