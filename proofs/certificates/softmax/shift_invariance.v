From Derivlab Require Import Certificate.
Open Scope R_scope.

(** shift invariance *)
Definition p (K : nat) (z : nat -> R) (i : nat) : R :=
  (exp (z i)) * (/ (bsum K (fun k => exp (z k)))).
Theorem shift_invariance : forall (K : nat) (z : nat -> R) (c : R) (i : nat),
  (0 < K)%nat ->
  (i < K)%nat ->
  (exp (c + z i)) * (/ (bsum K (fun k => exp (c + z k)))) =
    p K z i.
Proof.
  intros K z c i Hsize_K Hin_i.
  prove_equal
    (fun d_ : nat => match d_ with | 0%nat => K | _ => 0%nat end)
    (fun (v_ : nat) (l_ : list nat) => match v_, l_ with | 0%nat, [a_] => z a_ | 1%nat, [] => c | _, _ => 0 end)
    ([0; 0]%nat : list nat) ([i; 0]%nat : list nat)
    ([] : list premise)
    ([] : list equation)
    ([] : list definition)
    (Mul (Exp (Add (Ten 1 []) (Ten 0 [0]))) (Inv (Sum 0 (Exp (Add (Ten 1 []) (Ten 0 [0]))))))%nat
    (Mul (Exp (Ten 0 [0])) (Inv (Sum 0 (Exp (Ten 0 [0])))))%nat.
Qed.
