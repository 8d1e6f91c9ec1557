//! Patterns of several alternatives, with one of them left out.

use quote::quote;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Macro, Pat, Token, parse_quote};

use crate::mutate::Mutator;
use crate::shape;

/// The alternatives of a pattern, each as a pattern of its own that takes that one alone, and as it is told.
pub(crate) fn each(pat: &Pat) -> Vec<(Pat, String)> {
    let mut found = Vec::new();
    places(pat, &mut found);
    found
        .into_iter()
        .map(|(alone, _, told)| (alone, told))
        .collect()
}

/// The pattern without one of its alternatives, for each.
fn without_each(pat: &Pat) -> Vec<(Pat, String)> {
    let mut found = Vec::new();
    places(pat, &mut found);
    found
        .into_iter()
        .map(|(_, rest, told)| (rest, told))
        .collect()
}

/// For each alternative within a pattern: the whole with it alone, the whole without it, and what it says.
fn places(pat: &Pat, found: &mut Vec<(Pat, Pat, String)>) {
    match pat {
        Pat::Or(or) => {
            for (index, alone) in or.cases.iter().enumerate() {
                let mut rest = or.clone();
                let others = or.cases.iter().enumerate();
                rest.cases = others
                    .filter(|(other, _)| *other != index)
                    .map(|(_, case)| case.clone())
                    .collect();
                found.push((alone.clone(), Pat::Or(rest), shape::said(alone)));
            }
        }
        Pat::TupleStruct(within) => {
            for (index, inner) in within.elems.iter().enumerate() {
                let mut of_inner = Vec::new();
                places(inner, &mut of_inner);
                for (alone, rest, told) in of_inner {
                    let put = |inner: Pat| {
                        let mut whole = within.clone();
                        if let Some(place) = whole.elems.get_mut(index) {
                            *place = inner;
                        }
                        Pat::TupleStruct(whole)
                    };
                    found.push((put(alone), put(rest), told));
                }
            }
        }
        Pat::Tuple(within) => {
            for (index, inner) in within.elems.iter().enumerate() {
                let mut of_inner = Vec::new();
                places(inner, &mut of_inner);
                for (alone, rest, told) in of_inner {
                    let put = |inner: Pat| {
                        let mut whole = within.clone();
                        if let Some(place) = whole.elems.get_mut(index) {
                            *place = inner;
                        }
                        Pat::Tuple(whole)
                    };
                    found.push((put(alone), put(rest), told));
                }
            }
        }
        _ => {}
    }
}

/// `matches!`, with an alternative left out at a time; nothing for other macros.
pub(crate) fn of_matches(mutator: &mut Mutator<'_>, call: &Macro) -> Option<Expr> {
    if !call.path.is_ident("matches") {
        return None;
    }
    let parse = |input: ParseStream<'_>| {
        let asked: Expr = input.parse()?;
        input.parse::<Token![,]>()?;
        let pat = Pat::parse_multi_with_leading_vert(input)?;
        let mut guard = None;
        if input.peek(Token![if]) {
            input.parse::<Token![if]>()?;
            guard = Some(input.parse::<Expr>()?);
        }
        input.parse::<Option<Token![,]>>()?;
        Ok((asked, pat, guard))
    };
    let (mut asked, pat, guard) = parse.parse2(call.tokens.clone()).ok()?;
    let span = call.path.segments.first()?.ident.span();
    syn::visit_mut::VisitMut::visit_expr_mut(mutator, &mut asked);
    let guard = guard.map(|mut guard| {
        mutator.condition(&mut guard);
        quote!(if #guard)
    });
    let mut whole: Expr = parse_quote!(matches!(#asked, #pat #guard));
    for (rest, told) in without_each(&pat) {
        let number = mutator.add(span, format!("matches! without `{told}`"));
        whole = parse_quote!(
            (if crate::mutant::is(#number) { matches!(#asked, #rest #guard) } else { #whole })
        );
    }
    Some(whole)
}
