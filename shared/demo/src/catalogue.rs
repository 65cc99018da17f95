//! What the company cooks with: the names and amounts that recipes and products are made of.

/// Where a product belongs; decides how it is kept, bought and priced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    Vegetable,
    Herb,
    Meat,
    Fish,
    Plant,
    Dairy,
    Grain,
    Pantry,
    Sauce,
    Packaging,
}

/// How the products of a group are kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keeping {
    /// The category's name.
    pub(crate) category: &'static str,
    /// Where it is kept.
    pub(crate) zone: &'static str,
    /// Days from receipt to expiry, and days that must be left at packing; packaging keeps for ever.
    pub(crate) life: Option<(u32, u32)>,
    /// Days of need that stock usually covers.
    pub(crate) cover: usize,
    /// Cost of a kilogram, litre or piece, from and to.
    pub(crate) cost: (f64, f64),
}

impl Group {
    pub(crate) const fn keeping(self) -> Keeping {
        let (category, zone, life, cover, cost) = match self {
            Self::Vegetable => ("vegetables", "chilled", Some((9, 3)), 4, (1.1, 3.6)),
            Self::Herb => ("herbs", "chilled", Some((6, 2)), 3, (9.0, 16.0)),
            Self::Meat => ("meat", "chilled", Some((8, 3)), 4, (5.5, 11.0)),
            Self::Fish => ("fish", "chilled", Some((6, 2)), 3, (9.0, 15.0)),
            Self::Plant => ("plant protein", "chilled", Some((28, 5)), 6, (3.0, 6.0)),
            Self::Dairy => ("dairy", "chilled", Some((18, 5)), 5, (4.0, 9.0)),
            Self::Grain => (
                "grains and bread",
                "ambient",
                Some((90, 14)),
                12,
                (1.0, 3.0),
            ),
            Self::Pantry => ("pantry", "ambient", Some((365, 30)), 12, (4.0, 12.0)),
            Self::Sauce => (
                "sauces and spices",
                "ambient",
                Some((180, 20)),
                12,
                (3.5, 9.0),
            ),
            Self::Packaging => ("packaging", "ambient", None, 14, (0.1, 0.9)),
        };
        Keeping {
            category,
            zone,
            life,
            cover,
            cost,
        }
    }
}

/// What a dish is built on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Base {
    Rice,
    Pasta,
    Noodle,
    Potato,
    Bread,
    Grain,
}

/// Dishes: name, appeal, what they are built on.
pub(crate) const DISHES: [(&str, f64, Base); 12] = [
    ("Rice Bowl", 0.15, Base::Rice),
    ("Curry", 0.3, Base::Rice),
    ("Pasta", 0.35, Base::Pasta),
    ("Noodles", 0.1, Base::Noodle),
    ("Traybake", 0.05, Base::Potato),
    ("Tacos", 0.2, Base::Bread),
    ("Burger", 0.3, Base::Bread),
    ("Salad", -0.4, Base::Grain),
    ("Stew", -0.2, Base::Potato),
    ("Pie", 0.0, Base::Potato),
    ("Stir Fry", 0.1, Base::Noodle),
    ("Flatbread", -0.1, Base::Bread),
];

/// Cuisines: name, appeal, positions of their dishes.
pub(crate) const CUISINES: [(&str, f64, [usize; 4]); 12] = [
    ("Thai", 0.15, [0, 1, 3, 10]),
    ("Italian", 0.3, [2, 4, 7, 8]),
    ("Mexican", 0.2, [0, 5, 7, 6]),
    ("Indian", 0.25, [1, 4, 11, 0]),
    ("British", 0.1, [9, 8, 4, 6]),
    ("Japanese", 0.05, [0, 1, 3, 7]),
    ("Korean", 0.0, [0, 3, 10, 5]),
    ("Greek", 0.05, [4, 7, 11, 2]),
    ("Moroccan", -0.15, [8, 7, 11, 4]),
    ("French", -0.1, [8, 9, 4, 7]),
    ("Vietnamese", -0.05, [3, 7, 0, 10]),
    ("American", 0.15, [6, 4, 2, 7]),
];

/// Proteins: name, appeal, price of a plate in pounds above the cheapest, group.
pub(crate) const PROTEINS: [(&str, f64, f64, Group); 10] = [
    ("Chicken", 0.45, 0.6, Group::Meat),
    ("Beef", 0.3, 1.4, Group::Meat),
    ("Pork", 0.05, 0.7, Group::Meat),
    ("Lamb", -0.1, 1.8, Group::Meat),
    ("Turkey", -0.15, 0.6, Group::Meat),
    ("Fish", 0.0, 1.5, Group::Fish),
    ("Prawn", 0.05, 1.6, Group::Fish),
    ("Tofu", -0.35, 0.2, Group::Plant),
    ("Bean", -0.25, 0.0, Group::Plant),
    ("Cheese", 0.1, 0.3, Group::Dairy),
];

/// Cuts of each protein, [`CUTS_EACH`] in a row, with grams a portion.
pub(crate) const CUTS: [(&str, f64); 40] = [
    ("Chicken breast", 150.0),
    ("Chicken thigh", 140.0),
    ("Chicken mince", 125.0),
    ("Chicken strips", 130.0),
    ("Beef mince", 125.0),
    ("Beef strips", 120.0),
    ("Beef rump steak", 150.0),
    ("Beef meatballs", 130.0),
    ("Pork loin", 140.0),
    ("Pork mince", 125.0),
    ("Pork sausages", 130.0),
    ("Bacon lardons", 60.0),
    ("Lamb mince", 120.0),
    ("Lamb leg steak", 140.0),
    ("Lamb koftas", 125.0),
    ("Lamb shoulder", 150.0),
    ("Turkey mince", 125.0),
    ("Turkey breast", 140.0),
    ("Turkey meatballs", 130.0),
    ("Turkey strips", 125.0),
    ("Salmon fillet", 120.0),
    ("Cod fillet", 125.0),
    ("Smoked haddock", 120.0),
    ("Sea bass fillet", 110.0),
    ("King prawns", 90.0),
    ("Peeled prawns", 80.0),
    ("Squid rings", 90.0),
    ("Mixed seafood", 100.0),
    ("Firm tofu", 140.0),
    ("Smoked tofu", 110.0),
    ("Tempeh", 100.0),
    ("Plant-based mince", 110.0),
    ("Chickpeas", 120.0),
    ("Black beans", 120.0),
    ("Butter beans", 120.0),
    ("Red lentils", 70.0),
    ("Halloumi", 100.0),
    ("Paneer", 110.0),
    ("Goat's cheese", 60.0),
    ("Mozzarella", 75.0),
];
/// Cuts of one protein.
pub(crate) const CUTS_EACH: usize = 4;

/// What dishes are built on, with grams a portion.
pub(crate) const BASES: [(&str, Base, f64); 24] = [
    ("Basmati rice", Base::Rice, 75.0),
    ("Jasmine rice", Base::Rice, 75.0),
    ("Brown rice", Base::Rice, 75.0),
    ("Sushi rice", Base::Rice, 80.0),
    ("Spaghetti", Base::Pasta, 90.0),
    ("Penne", Base::Pasta, 90.0),
    ("Tagliatelle", Base::Pasta, 85.0),
    ("Orzo", Base::Pasta, 80.0),
    ("Rice noodles", Base::Noodle, 65.0),
    ("Egg noodles", Base::Noodle, 70.0),
    ("Udon noodles", Base::Noodle, 110.0),
    ("Soba noodles", Base::Noodle, 70.0),
    ("Baby potatoes", Base::Potato, 200.0),
    ("White potatoes", Base::Potato, 225.0),
    ("Sweet potatoes", Base::Potato, 200.0),
    ("Red potatoes", Base::Potato, 210.0),
    ("Flour tortillas", Base::Bread, 80.0),
    ("Brioche buns", Base::Bread, 75.0),
    ("Pitta breads", Base::Bread, 70.0),
    ("Naan breads", Base::Bread, 90.0),
    ("Couscous", Base::Grain, 60.0),
    ("Bulgur wheat", Base::Grain, 60.0),
    ("Quinoa", Base::Grain, 55.0),
    ("Pearl barley", Base::Grain, 60.0),
];

/// Vegetables with grams a portion.
pub(crate) const VEGETABLES: [(&str, f64); 44] = [
    ("Carrot", 60.0),
    ("Courgette", 80.0),
    ("Red pepper", 70.0),
    ("Green pepper", 70.0),
    ("Broccoli", 80.0),
    ("Cauliflower", 90.0),
    ("Green beans", 60.0),
    ("Mangetout", 50.0),
    ("Pak choi", 75.0),
    ("Spinach", 40.0),
    ("Kale", 45.0),
    ("Savoy cabbage", 70.0),
    ("Red cabbage", 70.0),
    ("Leek", 75.0),
    ("Celery", 40.0),
    ("Fennel", 70.0),
    ("Aubergine", 110.0),
    ("Butternut squash", 120.0),
    ("Parsnip", 80.0),
    ("Beetroot", 70.0),
    ("Radish", 30.0),
    ("Cucumber", 60.0),
    ("Vine tomatoes", 80.0),
    ("Cherry tomatoes", 65.0),
    ("Little gem lettuce", 60.0),
    ("Rocket", 20.0),
    ("Watercress", 20.0),
    ("Spring onion", 20.0),
    ("Shallot", 35.0),
    ("Chestnut mushrooms", 60.0),
    ("Portobello mushrooms", 80.0),
    ("Shiitake mushrooms", 40.0),
    ("Sugar snap peas", 50.0),
    ("Garden peas", 50.0),
    ("Edamame beans", 40.0),
    ("Baby corn", 50.0),
    ("Sweetcorn", 55.0),
    ("Bean sprouts", 60.0),
    ("Asparagus", 60.0),
    ("Celeriac", 100.0),
    ("Swede", 100.0),
    ("Green chilli", 5.0),
    ("Avocado", 70.0),
    ("Apple", 60.0),
];

/// Vegetables in nearly every dish, with grams a portion.
pub(crate) const STAPLES: [(&str, f64); 4] = [
    ("Brown onion", 60.0),
    ("Red onion", 55.0),
    ("Garlic", 6.0),
    ("Root ginger", 8.0),
];

/// Herbs with grams a portion.
pub(crate) const HERBS: [(&str, f64); 12] = [
    ("Coriander", 5.0),
    ("Flat-leaf parsley", 5.0),
    ("Basil", 5.0),
    ("Mint", 4.0),
    ("Thyme", 2.0),
    ("Rosemary", 2.0),
    ("Dill", 3.0),
    ("Chives", 3.0),
    ("Oregano", 2.0),
    ("Tarragon", 2.0),
    ("Sage", 2.0),
    ("Lemongrass", 8.0),
];

/// Dairy with grams or, for liquids, millilitres a portion.
pub(crate) const DAIRY: [(&str, f64, bool); 14] = [
    ("Mature Cheddar", 30.0, false),
    ("Hard Italian cheese", 15.0, false),
    ("Feta", 35.0, false),
    ("Ricotta", 40.0, false),
    ("Cream cheese", 30.0, false),
    ("Mascarpone", 30.0, false),
    ("Salted butter", 12.0, false),
    ("Natural yoghurt", 40.0, false),
    ("Greek yoghurt", 40.0, false),
    ("Soured cream", 35.0, false),
    ("Crème fraîche", 35.0, false),
    ("Double cream", 40.0, true),
    ("Single cream", 40.0, true),
    ("Whole milk", 50.0, true),
];

/// Pantry goods with pieces (true) or grams a portion.
pub(crate) const PANTRY: [(&str, f64, bool); 20] = [
    ("Lime", 0.5, true),
    ("Lemon", 0.5, true),
    ("Egg", 1.0, true),
    ("Vegetable stock cube", 0.5, true),
    ("Chicken stock cube", 0.5, true),
    ("Tomato paste sachet", 0.5, true),
    ("Soy sauce sachet", 1.0, true),
    ("Honey sachet", 0.5, true),
    ("Mayonnaise sachet", 1.0, true),
    ("Wholegrain mustard sachet", 0.5, true),
    ("Chopped tomatoes carton", 0.5, true),
    ("Coconut milk carton", 0.5, true),
    ("Sesame seeds", 4.0, false),
    ("Flaked almonds", 10.0, false),
    ("Roasted peanuts", 12.0, false),
    ("Cashew nuts", 15.0, false),
    ("Pumpkin seeds", 8.0, false),
    ("Sultanas", 15.0, false),
    ("Panko breadcrumbs", 15.0, false),
    ("Cornflour", 6.0, false),
];

/// What every cuisine has of its own: ending of the name, amount a portion, whether in millilitres.
pub(crate) const SAUCES: [(&str, f64, bool); 7] = [
    ("spice mix", 4.0, false),
    ("paste", 20.0, false),
    ("sauce", 45.0, true),
    ("dressing", 25.0, true),
    ("glaze", 20.0, true),
    ("relish", 25.0, false),
    ("seasoning", 3.0, false),
];

/// Packaging: what a box holds beside food. The order is that of the packaging rules.
pub(crate) const PACKAGING: [(&str, f64); 3] = [
    ("Insulated box", 0.85),
    ("Ice pack", 0.16),
    ("Recipe card", 0.05),
];
