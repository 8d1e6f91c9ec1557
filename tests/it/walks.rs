//! Questions over all activities: so many at once, and none goes on that nobody awaits.

use std::sync::mpsc;

use ropa::rpc::walk::{WALKS, Walks};
use tonic::Code;

use crate::support::given::reason;
use crate::support::run;

#[test]
fn one_more_than_there_is_room_for_is_refused_at_once() {
    run(async {
        let walks = Walks::default();
        let (all_started, started) = mpsc::channel();
        let mut ends = Vec::new();
        let mut calls = Vec::new();
        for _ in 0..WALKS {
            let (end, ended) = mpsc::channel::<()>();
            ends.push(end);
            let (walks, all_started) = (walks.clone(), all_started.clone());
            calls.push(tokio::spawn(async move {
                let work = move |_: &_| {
                    all_started.send(()).expect("the test waits");
                    ended.recv().expect("the test says so");
                    Ok(())
                };
                walks.walk(None, work).await
            }));
        }
        let all = tokio::task::spawn_blocking(move || started.iter().take(WALKS).count());
        assert_eq!(all.await.unwrap(), WALKS);
        let refused = walks.walk(None, |_| Ok(())).await.unwrap_err();
        assert_eq!(refused.code(), Code::ResourceExhausted);
        assert_eq!(reason(&refused), "OVERLOADED");
        for end in ends {
            end.send(()).unwrap();
        }
        for call in calls {
            call.await.unwrap().unwrap();
        }
        walks.walk(None, |_| Ok(())).await.unwrap();
    });
}

#[test]
fn a_walk_ends_when_its_caller_has_gone() {
    run(async {
        let walks = Walks::default();
        let (has_started, started) = tokio::sync::oneshot::channel();
        let (has_ended, ended) = tokio::sync::oneshot::channel();
        let call = tokio::spawn(async move {
            let work = move |awaited: &ropa::rpc::walk::Awaited| {
                has_started.send(()).expect("the test waits");
                while awaited.holds() {
                    std::thread::yield_now();
                }
                has_ended.send(()).expect("the test waits");
                Ok(())
            };
            walks.walk(None, work).await
        });
        started.await.unwrap();
        call.abort();
        ended.await.unwrap();
    });
}
