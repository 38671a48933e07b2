-- Products, shops and drafts for one run, straight into the tables. The last line is the first draft's key.
SET client_min_messages = warning;
INSERT INTO inventory_location (name, kind, is_default) SELECT 'Bench', 'sellable', true
WHERE NOT EXISTS (SELECT FROM inventory_location WHERE is_default);
INSERT INTO pricing_taxrate (product_category, customer_treatment, rate) SELECT 'standard', 'standard', 18
WHERE NOT EXISTS (SELECT FROM pricing_taxrate);
INSERT INTO inventory_product (sku, name, grade, colour, specifications, supplier_ref, warranty_months, warranty_terms,
    tax_category, list_price, is_active, created_at, updated_at)
SELECT 'BENCH-' || n, 'Display ' || n, '', '', '{}', '', 0, '', 'standard', 100 + n % 900, true, now(), now()
FROM generate_series(1, :all_products) n ON CONFLICT (sku) DO NOTHING;
INSERT INTO inventory_productcost (product_id, average, last) SELECT id, 60, 60 FROM inventory_product
ON CONFLICT DO NOTHING;
INSERT INTO inventory_stocklevel (product_id, location_id, on_hand, reserved)
SELECT p.id, l.id, 100000000, 0 FROM inventory_product p, inventory_location l WHERE l.is_default
ON CONFLICT DO NOTHING;
INSERT INTO accounts_user (password, email, name, phone, language, is_staff, is_active, is_superuser, joined_at)
SELECT '', 'bench@example.com', 'Bench', '', '', false, true, false, now()
WHERE NOT EXISTS (SELECT FROM accounts_user);
INSERT INTO customers_customer (kind, status, name, first_name, middle_name, last_name, gender, photo, language, phone,
    second_phone, email, second_email, fax, website, facebook, instagram, whatsapp, linkedin, wechat, other_social,
    company_name, industry, tax_id, tax_id_index, licence, tax_treatment, payment_method, delivery_method, currency,
    contact_method, channels, communication_language, created_at, updated_at)
SELECT 'business', 'active', 'Bench shop ' || n, '', '', '', '', '', 'en', '+9198' || lpad(n::text, 8, '0'), '',
    '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', 'standard', '', 'pickup', 'INR', 'whatsapp',
    '{whatsapp,sms}', '', now(), now()
FROM generate_series(1, :customers) n WHERE NOT EXISTS (SELECT FROM customers_customer WHERE name LIKE 'Bench shop %');
INSERT INTO credit_creditaccount (customer_id, currency, limit_kind, credit_limit, limit_reason, status, special_conditions)
SELECT id, 'INR', 'amount', 900000000, '', 'good', '' FROM customers_customer ON CONFLICT DO NOTHING;

WITH shop AS (SELECT array_agg(id ORDER BY id) ids FROM customers_customer),
drafted AS (
    INSERT INTO orders_order (customer_id, status, currency, location_id, delivery_method, customer_reference, note,
        net, tax, total, priority, created_by_id, created_at)
    SELECT shop.ids[1 + (n * 7919) % :customers], 'draft', 'INR', (SELECT id FROM inventory_location WHERE is_default),
        'pickup', '', '', 0, 0, 0, 5, (SELECT min(id) FROM accounts_user), now()
    FROM generate_series(1, :orders) n, shop
    RETURNING id
)
INSERT INTO orders_orderline (order_id, position, product_id, quantity, unit_price, price_includes_tax, price_why,
    discount, tax_rate, net, tax, gross)
SELECT d.id, k, p.id, 2, p.list_price, false, '{}', 0, 18, 0, 0, 0
FROM drafted d CROSS JOIN generate_series(1, 5) k
JOIN inventory_product p ON p.sku = 'BENCH-' || (1 + (d.id * 31 + k * (:products / 5)) % :products);
ANALYZE orders_order, orders_orderline, inventory_product, inventory_stocklevel;
SELECT max(id) - :orders + 1 FROM orders_order;
