insert into public.notes (body, slug) values ('from the seed', 'seed');
